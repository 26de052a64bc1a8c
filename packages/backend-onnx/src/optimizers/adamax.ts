import type { Rate } from '@forge-ml/core/plugin';
import { abs, add, div, max, mul, sub } from '@forge-ml/onnx/ops';
import { type AdamOptions, requireAdamOptions } from './adam-moments.js';
import { movingAverage } from './moving-average.js';
import { makeOptimizer, type Optimizer } from './optimizer.js';

/**
 * Adamax (Kingma and Ba, 2015, section 7.1): m ← β1 · m + (1 - β1) · g, u ← max(β2 · u, |g|),
 * p ← p - rate / (1 - β1ᵗ) · m / (u + ε). β1 = 0.9, β2 = 0.999, ε = 1e-7.
 * ε is added as in Keras and tf.train.adamax; PyTorch adds it to |g| inside the maximum, the paper has none.
 */
export function adamax(rate: Rate, options: AdamOptions = {}): Optimizer<'m' | 'u'> {
  const { beta1, beta2, epsilon } = requireAdamOptions('adamax', options);
  return makeOptimizer('adamax', rate, options, { m: 0, u: 0 }, ({ parameter, gradient, slots, perStep }) => {
    const m = movingAverage(slots.m, gradient, beta1);
    const u = max([mul(slots.u, beta2), abs(gradient)]);
    const scale = perStep('adamax/scale', (step, rate) => rate / (1 - beta1 ** (step + 1)));
    return { parameter: sub(parameter, mul(div(m, add(u, epsilon)), scale)), slots: { m, u } };
  });
}
