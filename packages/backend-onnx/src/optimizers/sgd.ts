import { checkOptimizerOptions, type OptimizerOptions, type Rate } from '@forge-ml/core/plugin';
import { mul, sub } from '@forge-ml/onnx/ops';
import { makeOptimizer, type Optimizer } from './optimizer.js';

/**
 * Stochastic gradient descent (Robbins and Monro, 1951): p ← p - rate · g.
 * The same in PyTorch and Keras.
 */
export function sgd(rate: Rate, options: OptimizerOptions = {}): Optimizer<never> {
  checkOptimizerOptions('sgd', options);
  return makeOptimizer<never>('sgd', rate, options, {}, ({ parameter, gradient, rate }) => ({
    parameter: sub(parameter, mul(gradient, rate)),
    slots: {},
  }));
}
