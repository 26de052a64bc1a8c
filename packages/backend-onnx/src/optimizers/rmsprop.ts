import {
  checkOptimizerOptions,
  type OptimizerOptions,
  type Rate,
  requireNotNegative,
  requireShare,
} from '@forge-ml/core/plugin';
import { add, div, mul, sqrt, sub } from '@forge-ml/onnx/ops';
import { movingAverage } from './moving-average.js';
import { makeOptimizer, type Optimizer } from './optimizer.js';

export interface RmspropOptions extends OptimizerOptions {
  /** The share of the mean square that is kept; 0.9 by default, as in Keras (PyTorch: 0.99). */
  readonly decay?: number;
  /** The share of the last change that is kept; 0 by default. */
  readonly momentum?: number;
  /** 1e-7 by default, as in Keras (PyTorch: 1e-8). */
  readonly epsilon?: number;
}

/**
 * RMSProp (Tieleman and Hinton, 2012, lecture 6.5):
 * s ← decay · s + (1 - decay) · g², c ← momentum · c + rate · g / √(s + ε), p ← p - c.
 * ε inside the root as in Keras and tf.train.rmsprop; PyTorch adds it outside.
 */
export function rmsprop(rate: Rate, options: RmspropOptions = {}): Optimizer<'meanSquare' | 'change'> {
  checkOptimizerOptions('rmsprop', options, ['decay', 'momentum', 'epsilon']);
  const { decay = 0.9, momentum = 0, epsilon = 1e-7 } = options;
  requireShare('rmsprop', 'decay', decay);
  requireShare('rmsprop', 'momentum', momentum);
  requireNotNegative('rmsprop', 'epsilon', epsilon);
  return makeOptimizer(
    'rmsprop',
    rate,
    options,
    { meanSquare: 0, change: 0 },
    ({ parameter, gradient, slots, rate }) => {
      const meanSquare = movingAverage(slots.meanSquare, mul(gradient, gradient), decay);
      const scaled = div(mul(gradient, rate), sqrt(add(meanSquare, epsilon)));
      const change = momentum === 0 ? scaled : add(mul(slots.change, momentum), scaled);
      return { parameter: sub(parameter, change), slots: { meanSquare, change } };
    },
  );
}
