import { requireNotNegative } from '../model/check-option.js';
import type { OptimizerSpec, PerStep } from './optimizer-spec.js';

export interface WeightDecayOptions {
  /** The share of a parameter, times the learning rate, that is subtracted in a step. */
  readonly weightDecay?: number;
  /** Which parameters decay, by name; all by default. Biases and normalization scales are often excluded. */
  readonly decays?: (parameter: string) => boolean;
}

/** Decoupled weight decay (Loshchilov and Hutter, 2019): p · (1 - rate · weightDecay), apart from the gradient. */
export function weightDecay(owner: string, options: WeightDecayOptions, byDefault: number): OptimizerSpec['decay'] {
  const { weightDecay: amount = byDefault, decays = () => true } = options;
  requireNotNegative(owner, 'weightDecay', amount);
  if (amount === 0) return undefined;
  const factor: PerStep = (_, rate) => 1 - rate * amount;
  return (parameter) => (decays(parameter) ? factor : undefined);
}
