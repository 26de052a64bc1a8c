import { formula } from '../formula.js';
import { decayed } from './shared.js';

/** Stochastic gradient descent (Robbins and Monro, 1951): p ← p - rate · g. */
export const sgd = formula([], ['rate'], (arithmetic, values) => {
  const { sub, mul } = arithmetic;
  const { gradient, constants } = values;
  return { parameter: sub(decayed(arithmetic, values), mul(gradient, constants.rate)), slots: {} };
});
