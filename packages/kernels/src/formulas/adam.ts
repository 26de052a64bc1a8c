import { formula } from '../formula.js';
import { decayed, movingAverage } from './shared.js';

/**
 * Adam (Kingma and Ba, 2015): m ← β1 · m + (1 - β1) · g, v ← β2 · v + (1 - β2) · g², p ← p - scale · m / (√v + ε), where
 * scale = rate · √(1 - β2ᵗ) / (1 - β1ᵗ) and ε = epsilon · √(1 - β2ᵗ) have the corrections of the bias at update t, from 1.
 * With decay, AdamW (Loshchilov and Hutter, 2019).
 */
export const adam = formula(
  ['m', 'v'],
  ['beta1', 'rest1', 'beta2', 'rest2', 'scale', 'epsilon'],
  (arithmetic, values) => {
    const { add, sub, mul, div, sqrt } = arithmetic;
    const { gradient, slots, constants } = values;
    const m = movingAverage(arithmetic, slots.m, gradient, constants.beta1, constants.rest1);
    const v = movingAverage(arithmetic, slots.v, mul(gradient, gradient), constants.beta2, constants.rest2);
    const change = mul(div(m, add(sqrt(v), constants.epsilon)), constants.scale);
    return { parameter: sub(decayed(arithmetic, values), change), slots: { m, v } };
  },
);
