import type { Rate } from '@forge-ml/core/plugin';
import { sub } from '@forge-ml/onnx/ops';
import { type AdamOptions, type AdamSlot, adamChange, requireAdamOptions } from './adam-moments.js';
import { makeOptimizer, type Optimizer } from './optimizer.js';
import { type WeightDecayOptions, weightDecay } from './weight-decay.js';

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019): p ← p · (1 - rate · weightDecay), then Adam's step
 * from the gradient alone. Weight decay is 0.01 by default, as in PyTorch (Keras: 0.004).
 */
export function adamw(rate: Rate, options: AdamOptions & WeightDecayOptions = {}): Optimizer<AdamSlot> {
  const settings = requireAdamOptions('adamw', options, ['weightDecay', 'decays']);
  const decayed = weightDecay('adamw', options, 0.01);
  return makeOptimizer('adamw', rate, options, { m: 0, v: 0 }, (request) => {
    const { change, slots } = adamChange(request, settings);
    return { parameter: sub(decayed(request), change), slots };
  });
}
