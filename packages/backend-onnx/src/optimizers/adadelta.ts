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

export interface AdadeltaOptions extends OptimizerOptions {
  /** The share of the mean squares that is kept; 0.95 by default, as in Keras (PyTorch: 0.9). */
  readonly decay?: number;
  /** 1e-7 by default, as in Keras (PyTorch and the paper: 1e-6). */
  readonly epsilon?: number;
}

/**
 * Adadelta (Zeiler, 2012): s ← decay · s + (1 - decay) · g², c = √(u + ε) / √(s + ε) · g,
 * u ← decay · u + (1 - decay) · c², p ← p - rate · c. The paper's rate is 1, Keras's default 0.001.
 * As in the paper, PyTorch and Keras. tf.train.adadelta divides by the root of the *old* s, which the paper does not.
 */
export function adadelta(rate: Rate = 1, options: AdadeltaOptions = {}): Optimizer<'meanSquare' | 'meanSquareChange'> {
  checkOptimizerOptions('adadelta', options, ['decay', 'epsilon']);
  const { decay = 0.95, epsilon = 1e-7 } = options;
  requireShare('adadelta', 'decay', decay);
  requireNotNegative('adadelta', 'epsilon', epsilon);
  return makeOptimizer(
    'adadelta',
    rate,
    options,
    { meanSquare: 0, meanSquareChange: 0 },
    ({ parameter, gradient, slots, rate }) => {
      const meanSquare = movingAverage(slots.meanSquare, mul(gradient, gradient), decay);
      const scale = sqrt(div(add(slots.meanSquareChange, epsilon), add(meanSquare, epsilon)));
      const change = mul(scale, gradient);
      const meanSquareChange = movingAverage(slots.meanSquareChange, mul(change, change), decay);
      return { parameter: sub(parameter, mul(change, rate)), slots: { meanSquare, meanSquareChange } };
    },
  );
}
