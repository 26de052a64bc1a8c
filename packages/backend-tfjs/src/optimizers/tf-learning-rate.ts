import { ForgeError } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf/tf.js';
import { knownOptimizer } from './tf-optimizer-state.js';

/** The fields of a `tf.Optimizer` that hold its learning rate: protected in the type of each class. */
interface RateFields {
  learningRate?: unknown;
  /** The negative rate as a scalar, in SGD and momentum. */
  c?: tfjs.Tensor;
}

/** The learning rate of a `tf.Optimizer`; undefined if it has none in the usual field. */
export function learningRateOf(optimizer: tfjs.Optimizer): number | undefined {
  const { learningRate } = optimizer as RateFields;
  return typeof learningRate === 'number' ? learningRate : undefined;
}

/**
 * Runs an update of a `tf.Optimizer` with another learning rate.
 * @throws ForgeError ABILITY_MISSING for a class that is not one of TensorFlow.js's seven
 */
export function withLearningRate(tf: Tf, optimizer: tfjs.Optimizer, rate: number, update: () => void): void {
  if (knownOptimizer(tf, optimizer) === undefined) {
    throw new ForgeError('ABILITY_MISSING', `The learning rate of ${nameOf(optimizer)} cannot be replaced.`, {
      about: 'optimizer',
      hint: 'Use an optimizer of @forge-ml/backend-tfjs, such as adam(0.001), or one of tf.train.',
    });
  }
  const fields = optimizer as tfjs.Optimizer & RateFields;
  const { learningRate, c } = fields;
  // Not by setLearningRate, whose scalar would never be disposed.
  const scalar = c && tf.scalar(-rate);
  fields.learningRate = rate;
  if (scalar !== undefined) fields.c = scalar;
  try {
    update();
  } finally {
    fields.learningRate = learningRate;
    if (c !== undefined) fields.c = c;
    scalar?.dispose();
  }
}

export function nameOf(optimizer: tfjs.Optimizer): string {
  return optimizer.constructor.name || 'The optimizer';
}
