import { formula } from '../formula.js';
import { decayed, movingAverage } from './shared.js';

/**
 * RMSProp (Tieleman and Hinton, 2012, lecture 6.5): s ← kept · s + (1 - kept) · g², c ← momentum · c + rate · g / √(s + ε),
 * p ← p - c.
 */
export const rmsprop = formula(
  ['meanSquare', 'change'],
  ['kept', 'rest', 'epsilon', 'momentum', 'rate'],
  (arithmetic, values) => {
    const { add, sub, mul, div, sqrt } = arithmetic;
    const { gradient, slots, constants } = values;
    const { kept, rest, epsilon, momentum, rate } = constants;
    const meanSquare = movingAverage(arithmetic, slots.meanSquare, mul(gradient, gradient), kept, rest);
    const scaled = div(mul(gradient, rate), sqrt(add(meanSquare, epsilon)));
    const change = add(mul(slots.change, momentum), scaled);
    return { parameter: sub(decayed(arithmetic, values), change), slots: { meanSquare, change } };
  },
);
