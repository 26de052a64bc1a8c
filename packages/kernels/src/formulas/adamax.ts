import { formula } from '../formula.js';
import { decayed, movingAverage } from './shared.js';

/**
 * Adamax (Kingma and Ba, 2015, section 7.1): m ← β1 · m + (1 - β1) · g, u ← max(β2 · u, |g|), p ← p - scale · m / (u + ε),
 * where scale = rate / (1 - β1ᵗ) at update t, from 1.
 */
export const adamax = formula(['m', 'u'], ['beta1', 'rest1', 'beta2', 'scale', 'epsilon'], (arithmetic, values) => {
  const { add, sub, mul, div, max, abs } = arithmetic;
  const { gradient, slots, constants } = values;
  const m = movingAverage(arithmetic, slots.m, gradient, constants.beta1, constants.rest1);
  const u = max(mul(slots.u, constants.beta2), abs(gradient));
  const change = mul(div(m, add(u, constants.epsilon)), constants.scale);
  return { parameter: sub(decayed(arithmetic, values), change), slots: { m, u } };
});
