import { requireNotNegative, requireShare } from '../model/check-option.js';
import {
  checkOptimizerOptions,
  type OptimizerOptions,
  optimizerSettings,
  type Rate,
} from '../model/optimizer-settings.js';
import { currentRate, type OptimizerSpec } from './optimizer-spec.js';

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
export function adadelta(
  rate: Rate = 1,
  options: AdadeltaOptions = {},
): OptimizerSpec<'meanSquare' | 'meanSquareChange'> {
  checkOptimizerOptions('adadelta', options, ['decay', 'epsilon']);
  const { decay: kept = 0.95, epsilon = 1e-7 } = options;
  requireShare('adadelta', 'decay', kept);
  requireNotNegative('adadelta', 'epsilon', epsilon);
  return {
    ...optimizerSettings('adadelta', rate, options),
    formula: 'adadelta',
    slots: { meanSquare: 0, meanSquareChange: 0 },
    constants: { fixed: { kept, rest: 1 - kept, epsilon }, perStep: { rate: currentRate } },
  };
}
