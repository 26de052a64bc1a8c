import { requireShare } from '../model/check-option.js';
import {
  checkOptimizerOptions,
  type OptimizerOptions,
  optimizerSettings,
  type Rate,
} from '../model/optimizer-settings.js';
import { currentRate, type OptimizerSpec } from './optimizer-spec.js';
import { type WeightDecayOptions, weightDecay } from './weight-decay.js';

export interface LionOptions extends OptimizerOptions, WeightDecayOptions {
  /** The share of the momentum in the direction; 0.9 by default. */
  readonly beta1?: number;
  /** The share of the momentum that is kept; 0.99 by default. */
  readonly beta2?: number;
}

/**
 * Lion (Chen et al., 2023, algorithm 2): c = β1 · m + (1 - β1) · g, p ← p · (1 - rate · weightDecay) - rate · sign(c),
 * m ← β2 · m + (1 - β2) · g. No weight decay by default, as in Keras; PyTorch has no Lion. Its authors recommend a rate
 * 3 to 10 times smaller than AdamW's.
 */
export function lion(rate: Rate, options: LionOptions = {}): OptimizerSpec<'m'> {
  checkOptimizerOptions('lion', options, ['beta1', 'beta2', 'weightDecay', 'decays']);
  const { beta1 = 0.9, beta2 = 0.99 } = options;
  requireShare('lion', 'beta1', beta1);
  requireShare('lion', 'beta2', beta2);
  const decay = weightDecay('lion', options, 0);
  return {
    ...optimizerSettings('lion', rate, options),
    formula: 'lion',
    slots: { m: 0 },
    constants: { fixed: { beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2 }, perStep: { rate: currentRate } },
    decay,
  };
}
