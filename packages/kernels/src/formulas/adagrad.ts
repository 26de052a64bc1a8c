import { formula } from '../formula.js';
import { decayed } from './shared.js';

/** Adagrad (Duchi, Hazan and Singer, 2011): s ← s + g², p ← p - rate · g / √(s + ε). */
export const adagrad = formula(['sumOfSquares'], ['rate', 'epsilon'], (arithmetic, values) => {
  const { add, sub, mul, div, sqrt } = arithmetic;
  const { gradient, slots, constants } = values;
  const sumOfSquares = add(slots.sumOfSquares, mul(gradient, gradient));
  const change = div(mul(gradient, constants.rate), sqrt(add(sumOfSquares, constants.epsilon)));
  return { parameter: sub(decayed(arithmetic, values), change), slots: { sumOfSquares } };
});
