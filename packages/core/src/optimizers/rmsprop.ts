import { requireNotNegative, requireShare } from '../model/check-option.js';
import {
  checkOptimizerOptions,
  type OptimizerOptions,
  optimizerSettings,
  type Rate,
} from '../model/optimizer-settings.js';
import { currentRate, type OptimizerSpec } from './optimizer-spec.js';

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
export function rmsprop(rate: Rate, options: RmspropOptions = {}): OptimizerSpec<'meanSquare' | 'change'> {
  checkOptimizerOptions('rmsprop', options, ['decay', 'momentum', 'epsilon']);
  const { decay: kept = 0.9, momentum = 0, epsilon = 1e-7 } = options;
  requireShare('rmsprop', 'decay', kept);
  requireShare('rmsprop', 'momentum', momentum);
  requireNotNegative('rmsprop', 'epsilon', epsilon);
  const fixed = { kept, rest: 1 - kept, epsilon };
  return {
    ...optimizerSettings('rmsprop', rate, options),
    formula: momentum === 0 ? 'rmsprop' : 'rmspropMomentum',
    slots: { meanSquare: 0, change: 0 },
    constants: { fixed: momentum === 0 ? fixed : { ...fixed, momentum }, perStep: { rate: currentRate } },
  };
}
