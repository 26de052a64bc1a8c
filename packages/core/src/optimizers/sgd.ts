import {
  checkOptimizerOptions,
  type OptimizerOptions,
  optimizerSettings,
  type Rate,
} from '../model/optimizer-settings.js';
import { currentRate, type OptimizerSpec } from './optimizer-spec.js';

/**
 * Stochastic gradient descent (Robbins and Monro, 1951): p ← p - rate · g.
 * The same in PyTorch and Keras.
 */
export function sgd(rate: Rate, options: OptimizerOptions = {}): OptimizerSpec<never> {
  checkOptimizerOptions('sgd', options);
  return {
    ...optimizerSettings('sgd', rate, options),
    formula: 'sgd',
    slots: {},
    constants: { fixed: {}, perStep: { rate: currentRate } },
  };
}
