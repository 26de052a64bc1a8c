import { describeValue, invalidModel } from '@forge-ml/core/plugin';
import type * as tf from '@tensorflow/tfjs';

/** Where the sum of the weights is smaller, all are 0. */
const smallestSum = 1e-30;

/**
 * The weighted mean of losses: Σ weight · loss / Σ weight, as PyTorch's `CrossEntropyLoss(weight=…)`. If all weights are
 * 0, it and its gradients are 0. The losses of `tf.losses` give one loss for each example with `tf.Reduction.NONE`:
 *
 * ```ts
 * const losses = tf.losses.softmaxCrossEntropy(tf.oneHot(labels, 2), logits, undefined, 0, tf.Reduction.NONE);
 * return weightedMean(losses, classWeights(labels, [1, 4]));
 * ```
 *
 * @param losses of any shape [n, …]
 * @param weights numbers of at least 0, which is not checked: one for each loss, or for each of the first dimensions
 * @returns a scalar
 * @throws ForgeError MODEL_INVALID for weights of another shape
 */
export function weightedMean(losses: tf.Tensor, weights: tf.Tensor): tf.Scalar {
  for (const [name, given] of Object.entries({ losses, weights })) {
    if (typeof given === 'object' && given !== null && 'rank' in given) continue;
    const what = `weightedMean(losses, weights) has ${describeValue(given)} as ${name}, not a tensor.`;
    throw invalidModel(what, 'Give an array of the batch as weights: weightedMean(losses, batch.weights).');
  }
  if (losses.rank === 0 && weights.rank > 0) {
    throw invalidModel(
      'weightedMean(losses, weights) has one loss for all examples.',
      'Compute one for each example: tf.losses.softmaxCrossEntropy(labels, logits, undefined, 0, tf.Reduction.NONE).',
    );
  }
  if (weights.rank > losses.rank || weights.shape.some((size, at) => size !== losses.shape[at])) {
    throw invalidModel(
      `weightedMean(losses, weights) has losses [${losses.shape.join(', ')}] and weights [${weights.shape.join(', ')}].`,
      'Give one weight for each example or for each loss: reshape with .reshape([-1]) or .squeeze([1]).',
    );
  }
  const further = losses.shape.slice(weights.rank);
  const aligned = weights.toFloat().reshape([...weights.shape, ...further.map(() => 1)]);
  const sum = aligned.sum().mul(further.reduce((product, size) => product * size, 1));
  return losses.mul(aligned).sum().div(sum.maximum(smallestSum));
}
