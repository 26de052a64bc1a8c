import { checkOptimizerOptions, type Rate, requireShare } from '@forge-ml/core/plugin';
import type { MomentumOptions } from './momentum.js';
import { makeOptimizer, type Optimizer } from './optimizer.js';

/**
 * SGD with Nesterov's momentum (Nesterov, 1983, in the form of Sutskever et al., 2013):
 * v ← momentum · v + g, p ← p - rate · (g + momentum · v). Momentum is 0.9 by default.
 * As PyTorch's SGD(nesterov=True) and tf.train.momentum(…, true).
 */
export function nesterov(rate: Rate, options: MomentumOptions = {}): Optimizer<'velocity'> {
  checkOptimizerOptions('nesterov', options, ['momentum']);
  const { momentum: kept = 0.9 } = options;
  requireShare('nesterov', 'momentum', kept);
  return makeOptimizer('nesterov', rate, options, { velocity: 0 }, ({ tf, parameter, gradient, slots, rate }) => {
    const velocity = tf.add(tf.mul(slots.velocity, kept), gradient);
    const direction = tf.add(gradient, tf.mul(velocity, kept));
    return { parameter: tf.sub(parameter, tf.mul(direction, rate)), slots: { velocity } };
  });
}
