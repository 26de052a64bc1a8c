import { requireNotNegative } from '../model/check-option.js';
import {
  checkOptimizerOptions,
  type OptimizerOptions,
  optimizerSettings,
  type Rate,
} from '../model/optimizer-settings.js';
import { currentRate, type OptimizerSpec } from './optimizer-spec.js';

export interface AdagradOptions extends OptimizerOptions {
  /** The initial sum of squares; 0.1 by default, as in Keras (PyTorch: 0). */
  readonly initialAccumulator?: number;
  /** 1e-7 by default, as in Keras (PyTorch: 1e-10, outside the root). */
  readonly epsilon?: number;
}

/**
 * Adagrad (Duchi, Hazan and Singer, 2011): s ← s + g², p ← p - rate · g / √(s + ε).
 * As in Keras and tf.train.adagrad.
 */
export function adagrad(rate: Rate, options: AdagradOptions = {}): OptimizerSpec<'sumOfSquares'> {
  checkOptimizerOptions('adagrad', options, ['initialAccumulator', 'epsilon']);
  const { initialAccumulator = 0.1, epsilon = 1e-7 } = options;
  requireNotNegative('adagrad', 'initialAccumulator', initialAccumulator);
  requireNotNegative('adagrad', 'epsilon', epsilon);
  return {
    ...optimizerSettings('adagrad', rate, options),
    formula: 'adagrad',
    slots: { sumOfSquares: initialAccumulator },
    constants: { fixed: { epsilon }, perStep: { rate: currentRate } },
  };
}
