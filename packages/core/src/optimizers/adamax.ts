import { optimizerSettings, type Rate } from '../model/optimizer-settings.js';
import { type AdamOptions, requireAdamOptions } from './adam-formula.js';
import type { OptimizerSpec } from './optimizer-spec.js';

/**
 * Adamax (Kingma and Ba, 2015, section 7.1): m ← β1 · m + (1 - β1) · g, u ← max(β2 · u, |g|),
 * p ← p - rate / (1 - β1ᵗ) · m / (u + ε). β1 = 0.9, β2 = 0.999, ε = 1e-7.
 * ε is added as in Keras and tf.train.adamax; PyTorch adds it to |g| inside the maximum, the paper has none.
 */
export function adamax(rate: Rate, options: AdamOptions = {}): OptimizerSpec<'m' | 'u'> {
  const { beta1, beta2, epsilon } = requireAdamOptions('adamax', options);
  return {
    ...optimizerSettings('adamax', rate, options),
    formula: 'adamax',
    slots: { m: 0, u: 0 },
    constants: {
      fixed: { beta1, rest1: 1 - beta1, beta2, epsilon },
      perStep: { scale: (step, rate) => rate / (1 - beta1 ** (step + 1)) },
    },
  };
}
