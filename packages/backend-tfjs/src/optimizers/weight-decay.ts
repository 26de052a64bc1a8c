import { requireNotNegative } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { UpdateRequest } from './optimizer.js';

export interface WeightDecayOptions {
  /** The share of a parameter, times the learning rate, that is subtracted in a step. */
  readonly weightDecay?: number;
  /** Which parameters decay, by name; all by default. Biases and normalization scales are often excluded. */
  readonly decays?: (parameter: string) => boolean;
}

/** Decoupled weight decay (Loshchilov and Hutter, 2019): p · (1 - rate · weightDecay), apart from the gradient. */
export function weightDecay(
  owner: string,
  options: WeightDecayOptions,
  byDefault: number,
): (request: UpdateRequest) => tfjs.Tensor {
  const { weightDecay: amount = byDefault, decays = () => true } = options;
  requireNotNegative(owner, 'weightDecay', amount);
  return ({ tf, name, parameter, rate }) =>
    amount === 0 || !decays(name) ? parameter : tf.mul(parameter, 1 - rate * amount);
}
