import { requireShare } from '../model/check-option.js';
import {
  checkOptimizerOptions,
  type OptimizerOptions,
  optimizerSettings,
  type Rate,
} from '../model/optimizer-settings.js';
import { currentRate, type OptimizerSpec } from './optimizer-spec.js';

export interface MomentumOptions extends OptimizerOptions {
  /** The share of the velocity that is kept; 0.9 by default. */
  readonly momentum?: number;
}

/**
 * SGD with heavy-ball momentum (Polyak, 1964): v ← momentum · v + g, p ← p - rate · v.
 * As in PyTorch and tf.train.momentum. Keras keeps rate · v instead, which differs where the rate changes.
 */
export function momentum(rate: Rate, options: MomentumOptions = {}): OptimizerSpec<'velocity'> {
  checkOptimizerOptions('momentum', options, ['momentum']);
  const { momentum: kept = 0.9 } = options;
  requireShare('momentum', 'momentum', kept);
  return {
    ...optimizerSettings('momentum', rate, options),
    formula: 'momentum',
    slots: { velocity: 0 },
    constants: { fixed: { momentum: kept }, perStep: { rate: currentRate } },
  };
}
