import { optimizerSettings, type Rate } from '../model/optimizer-settings.js';
import { type AdamOptions, type AdamSlot, adamFormula, requireAdamOptions } from './adam-formula.js';
import type { OptimizerSpec } from './optimizer-spec.js';
import { type WeightDecayOptions, weightDecay } from './weight-decay.js';

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019): p ← p · (1 - rate · weightDecay), then Adam's step
 * from the gradient alone. Weight decay is 0.01 by default, as in PyTorch (Keras: 0.004).
 */
export function adamw(rate: Rate, options: AdamOptions & WeightDecayOptions = {}): OptimizerSpec<AdamSlot> {
  const constants = requireAdamOptions('adamw', options, ['weightDecay', 'decays']);
  const decay = weightDecay('adamw', options, 0.01);
  return { ...optimizerSettings('adamw', rate, options), ...adamFormula(constants), decay };
}
