import { formula } from '../formula.js';
import { decayed, movingAverage } from './shared.js';

/**
 * Lion (Chen et al., 2023, algorithm 2): c = β1 · m + (1 - β1) · g, p ← p - rate · sign(c), m ← β2 · m + (1 - β2) · g.
 */
export const lion = formula(['m'], ['beta1', 'rest1', 'beta2', 'rest2', 'rate'], (arithmetic, values) => {
  const { sub, mul, sign } = arithmetic;
  const { gradient, slots, constants } = values;
  const direction = sign(movingAverage(arithmetic, slots.m, gradient, constants.beta1, constants.rest1));
  const m = movingAverage(arithmetic, slots.m, gradient, constants.beta2, constants.rest2);
  return { parameter: sub(decayed(arithmetic, values), mul(direction, constants.rate)), slots: { m } };
});
