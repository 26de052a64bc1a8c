import { checkOptimizerOptions, type Rate, requireShare } from '@forge-ml/core/plugin';
import { add, mul, sub } from '@forge-ml/onnx/ops';
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
  return makeOptimizer('nesterov', rate, options, { velocity: 0 }, ({ parameter, gradient, slots, rate }) => {
    const velocity = add(mul(slots.velocity, kept), gradient);
    const direction = add(gradient, mul(velocity, kept));
    return { parameter: sub(parameter, mul(direction, rate)), slots: { velocity } };
  });
}
