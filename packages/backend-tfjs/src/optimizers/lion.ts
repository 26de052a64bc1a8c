import { checkOptimizerOptions, type OptimizerOptions, type Rate, requireShare } from '@forge-ml/core/plugin';
import { movingAverage } from './moving-average.js';
import { makeOptimizer, type Optimizer } from './optimizer.js';
import { type WeightDecayOptions, weightDecay } from './weight-decay.js';

export interface LionOptions extends OptimizerOptions, WeightDecayOptions {
  /** The share of the momentum in the direction; 0.9 by default. */
  readonly beta1?: number;
  /** The share of the momentum that is kept; 0.99 by default. */
  readonly beta2?: number;
}

/**
 * Lion (Chen et al., 2023, algorithm 2): c = β1 · m + (1 - β1) · g, p ← p · (1 - rate · weightDecay) - rate · sign(c),
 * m ← β2 · m + (1 - β2) · g. No weight decay by default, as in Keras; PyTorch has no Lion. Its authors recommend a rate
 * 3 to 10 times smaller than AdamW's.
 */
export function lion(rate: Rate, options: LionOptions = {}): Optimizer<'m'> {
  checkOptimizerOptions('lion', options, ['beta1', 'beta2', 'weightDecay', 'decays']);
  const { beta1 = 0.9, beta2 = 0.99 } = options;
  requireShare('lion', 'beta1', beta1);
  requireShare('lion', 'beta2', beta2);
  const decayed = weightDecay('lion', options, 0);
  return makeOptimizer('lion', rate, options, { m: 0 }, (request) => {
    const { tf, gradient, slots, rate } = request;
    const direction = tf.sign(movingAverage(tf, slots.m, gradient, beta1));
    const m = movingAverage(tf, slots.m, gradient, beta2);
    return { parameter: tf.sub(decayed(request), tf.mul(direction, rate)), slots: { m } };
  });
}
