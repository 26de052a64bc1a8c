import { requireNotNegative, requireShare } from '../model/check-option.js';
import { checkOptimizerOptions, type OptimizerOptions } from '../model/optimizer-settings.js';
import type { OptimizerSpec } from './optimizer-spec.js';

export interface AdamOptions extends OptimizerOptions {
  /** The share of the mean gradient that is kept; 0.9 by default. */
  readonly beta1?: number;
  /** The share of the mean square that is kept; 0.999 by default. */
  readonly beta2?: number;
  /** 1e-7 by default, as in Keras and tf.train.adam (PyTorch and the paper: 1e-8). */
  readonly epsilon?: number;
}

export type AdamSlot = 'm' | 'v';
export type AdamConstants = Required<Omit<AdamOptions, keyof OptimizerOptions>>;

/** @param more options of the optimizer besides Adam's */
export function requireAdamOptions(owner: string, options: AdamOptions, more: readonly string[] = []): AdamConstants {
  checkOptimizerOptions(owner, options, ['beta1', 'beta2', 'epsilon', ...more]);
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 } = options;
  requireShare(owner, 'beta1', beta1);
  requireShare(owner, 'beta2', beta2);
  requireNotNegative(owner, 'epsilon', epsilon);
  return { beta1, beta2, epsilon };
}

/**
 * Adam subtracts rate · m̂ / (√v̂ + ε), with m̂ = m / (1 - β1ᵗ) and v̂ = v / (1 - β2ᵗ). Computed as
 * (rate · √(1 - β2ᵗ) / (1 - β1ᵗ)) · m / (√v + ε · √(1 - β2ᵗ)), the same number with the bias corrections computed in
 * JavaScript's doubles instead of tensors.
 */
export function adamFormula({ beta1, beta2, epsilon }: AdamConstants) {
  const root = (step: number) => Math.sqrt(1 - beta2 ** (step + 1));
  return {
    formula: 'adam',
    slots: { m: 0, v: 0 },
    constants: {
      fixed: { beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2 },
      perStep: {
        scale: (step, rate) => (rate * root(step)) / (1 - beta1 ** (step + 1)),
        epsilon: (step) => epsilon * root(step),
      },
    },
  } satisfies Pick<OptimizerSpec<AdamSlot>, 'formula' | 'slots' | 'constants'>;
}
