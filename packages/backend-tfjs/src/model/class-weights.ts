import { describeValue, invalidModel } from '@forge-ml/core/plugin';
import type * as tf from '@tensorflow/tfjs';

const example = 'Give a number of at least 0 for each class: classWeights(labels, [1, 4]).';

/**
 * The weight of each example by its class, for `weightedMean(losses, classWeights(labels, [1, 4]))`.
 * @param labels classes from 0, of any shape; a negative label has no class and the weight 0
 * @param weights a number of at least 0 for each class
 * @returns float32, of the shape of the labels
 * @throws ForgeError MODEL_INVALID for invalid weights
 */
export function classWeights(labels: tf.Tensor, weights: readonly number[]): tf.Tensor {
  if (!Array.isArray(weights) && !ArrayBuffer.isView(weights)) {
    throw invalidModel(`classWeights(labels, weights) has ${describeValue(weights)} as weights, not a list.`, example);
  }
  const invalid = weights.find((weight) => !(Number.isFinite(weight) && weight >= 0));
  if (invalid !== undefined || !weights.some((weight) => weight > 0)) {
    const what =
      invalid === undefined ? (weights.length === 0 ? 'no weights' : 'only weights of 0') : `the weight ${invalid}`;
    throw invalidModel(`classWeights(labels, weights) has ${what}.`, example);
  }
  return labels
    .toInt()
    .oneHot(weights.length, 1, 0)
    .mul([...weights])
    .sum(-1);
}
