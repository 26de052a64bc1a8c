import { ForgeError } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf/tf.js';
import { knownOptimizer } from './tf-optimizer-state.js';

/** The field of a `tf.Optimizer` that holds its learning rate: protected in the type of each class. */
interface WithRate {
  learningRate?: unknown;
  setLearningRate?(rate: number): void;
}

/** The learning rate of a `tf.Optimizer`; undefined if it has none in the usual field. */
export function learningRateOf(optimizer: tfjs.Optimizer): number | undefined {
  const { learningRate } = optimizer as WithRate;
  return typeof learningRate === 'number' ? learningRate : undefined;
}

/**
 * Runs an update of a `tf.Optimizer` with another learning rate.
 * @throws ForgeError ABILITY_MISSING for a class that is not one of TensorFlow.js's seven
 */
export function withLearningRate(tf: Tf, optimizer: tfjs.Optimizer, rate: number, update: () => void): void {
  const own = learningRateOf(optimizer);
  if (own === undefined || knownOptimizer(tf, optimizer) === undefined) {
    throw new ForgeError('ABILITY_MISSING', `The learning rate of ${nameOf(optimizer)} cannot be replaced.`, {
      about: 'optimizer',
      hint: 'Use an optimizer of @forge-ml/backend-tfjs, such as adam(0.001), or one of tf.train.',
    });
  }
  setLearningRate(optimizer, rate);
  try {
    update();
  } finally {
    setLearningRate(optimizer, own);
  }
}

function setLearningRate(optimizer: tfjs.Optimizer & WithRate, rate: number): void {
  // SGD and momentum also keep it as a tensor. `instanceof` is true for every optimizer.
  if (optimizer.setLearningRate === undefined) optimizer.learningRate = rate;
  else optimizer.setLearningRate(rate);
}

export function nameOf(optimizer: tfjs.Optimizer): string {
  return optimizer.constructor.name || 'The optimizer';
}
