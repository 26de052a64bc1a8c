import type { Rate } from '@forge-ml/core/plugin';
import { sub } from '@forge-ml/onnx/ops';
import { type AdamOptions, type AdamSlot, adamChange, requireAdamOptions } from './adam-moments.js';
import { makeOptimizer, type Optimizer } from './optimizer.js';

/**
 * Adam (Kingma and Ba, 2015): m ← β1 · m + (1 - β1) · g, v ← β2 · v + (1 - β2) · g²,
 * p ← p - rate · m / (1 - β1ᵗ) / (√(v / (1 - β2ᵗ)) + ε), t from 1.
 * β1 = 0.9 and β2 = 0.999 everywhere; ε = 1e-7 as in Keras and tf.train.adam, where PyTorch has 1e-8.
 */
export function adam(rate: Rate, options: AdamOptions = {}): Optimizer<AdamSlot> {
  const settings = requireAdamOptions('adam', options);
  return makeOptimizer('adam', rate, options, { m: 0, v: 0 }, (request) => {
    const { change, slots } = adamChange(request, settings);
    return { parameter: sub(request.parameter, change), slots };
  });
}
