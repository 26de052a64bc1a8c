import { checkOptimizerOptions, type OptimizerOptions, requireNotNegative, requireShare } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { add, div, mul, sqrt } from '@forge-ml/onnx/ops';
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
export type AdamSettings = Required<Omit<AdamOptions, keyof OptimizerOptions>>;

/** @param more options of the optimizer besides Adam's */
export function requireAdamOptions(owner: string, options: AdamOptions, more: readonly string[] = []): AdamSettings {
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
 * JavaScript's doubles instead of tensors.
 */
export function adamChange(
  { gradient, slots, perStep }: UpdateRequest<AdamSlot>,
  { beta1, beta2, epsilon }: AdamSettings,
): { change: Value; slots: Record<AdamSlot, Value> } {
  const m = movingAverage(slots.m, gradient, beta1);
  const v = movingAverage(slots.v, mul(gradient, gradient), beta2);
  const root = (step: number) => Math.sqrt(1 - beta2 ** (step + 1));
  const scale = perStep('adam/scale', (step, rate) => (rate * root(step)) / (1 - beta1 ** (step + 1)));
  const small = perStep('adam/epsilon', (step) => epsilon * root(step));
  return { change: mul(div(m, add(sqrt(v), small)), scale), slots: { m, v } };
}
