import { checkOptimizerOptions, type OptimizerOptions, requireNotNegative, requireShare } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import { movingAverage } from './moving-average.js';
import type { UpdateRequest } from './optimizer.js';

export interface AdamOptions extends OptimizerOptions {
  /** The share of the mean gradient that is kept; 0.9 by default. */
  readonly beta1?: number;
  /** The share of the mean square that is kept; 0.999 by default. */
  readonly beta2?: number;
  /** 1e-7 by default, as in Keras and tf.train.adam (PyTorch and the paper: 1e-8). */
  readonly epsilon?: number;
}

export type AdamSlot = 'm' | 'v';

/** @param more options of the optimizer besides Adam's */
export function requireAdamOptions(
  owner: string,
  options: AdamOptions,
  more: readonly string[] = [],
): Required<Omit<AdamOptions, keyof OptimizerOptions>> {
  checkOptimizerOptions(owner, options, ['beta1', 'beta2', 'epsilon', ...more]);
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 } = options;
  requireShare(owner, 'beta1', beta1);
  requireShare(owner, 'beta2', beta2);
  requireNotNegative(owner, 'epsilon', epsilon);
  return { beta1, beta2, epsilon };
}

/**
 * The change that Adam subtracts: rate · m̂ / (√v̂ + ε), with m̂ = m / (1 - β1ᵗ) and v̂ = v / (1 - β2ᵗ). Computed as
 * (rate · √(1 - β2ᵗ) / (1 - β1ᵗ)) · m / (√v + ε · √(1 - β2ᵗ)), the same number with the bias corrections computed in
 * JavaScript's doubles instead of tensors: one kernel less for each parameter, and no state.
 */
export function adamChange(
  request: UpdateRequest<AdamSlot>,
  options: Required<Omit<AdamOptions, keyof OptimizerOptions>>,
): { change: tfjs.Tensor; slots: Record<AdamSlot, tfjs.Tensor> } {
  const { tf, gradient, slots, rate, step } = request;
  const { beta1, beta2, epsilon } = options;
  const m = movingAverage(tf, slots.m, gradient, beta1);
  const v = movingAverage(tf, slots.v, tf.square(gradient), beta2);
  const root = Math.sqrt(1 - beta2 ** (step + 1));
  const scale = (rate * root) / (1 - beta1 ** (step + 1));
  return { change: tf.mul(tf.div(m, tf.add(tf.sqrt(v), epsilon * root)), scale), slots: { m, v } };
}
