import { optimizerSettings, type Rate } from '../model/optimizer-settings.js';
import { type AdamOptions, type AdamSlot, adamFormula, requireAdamOptions } from './adam-formula.js';
import type { OptimizerSpec } from './optimizer-spec.js';

/**
 * Adam (Kingma and Ba, 2015): m ← β1 · m + (1 - β1) · g, v ← β2 · v + (1 - β2) · g²,
 * p ← p - rate · m / (1 - β1ᵗ) / (√(v / (1 - β2ᵗ)) + ε), t from 1.
 * β1 = 0.9 and β2 = 0.999 everywhere; ε = 1e-7 as in Keras and tf.train.adam, where PyTorch has 1e-8.
 */
export function adam(rate: Rate, options: AdamOptions = {}): OptimizerSpec<AdamSlot> {
  const constants = requireAdamOptions('adam', options);
  return { ...optimizerSettings('adam', rate, options), ...adamFormula(constants) };
}
