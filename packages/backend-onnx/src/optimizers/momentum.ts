import { checkOptimizerOptions, type OptimizerOptions, type Rate, requireShare } from '@forge-ml/core/plugin';
import { add, mul, sub } from '@forge-ml/onnx/ops';
import { makeOptimizer, type Optimizer } from './optimizer.js';

export interface MomentumOptions extends OptimizerOptions {
  /** The share of the velocity that is kept; 0.9 by default. */
  readonly momentum?: number;
}

/**
 * SGD with heavy-ball momentum (Polyak, 1964): v ← momentum · v + g, p ← p - rate · v.
 * As in PyTorch and tf.train.momentum. Keras keeps rate · v instead, which differs where the rate changes.
 */
export function momentum(rate: Rate, options: MomentumOptions = {}): Optimizer<'velocity'> {
  checkOptimizerOptions('momentum', options, ['momentum']);
  const { momentum: kept = 0.9 } = options;
  requireShare('momentum', 'momentum', kept);
  return makeOptimizer('momentum', rate, options, { velocity: 0 }, ({ parameter, gradient, slots, rate }) => {
    const velocity = add(mul(slots.velocity, kept), gradient);
    return { parameter: sub(parameter, mul(velocity, rate)), slots: { velocity } };
  });
}
