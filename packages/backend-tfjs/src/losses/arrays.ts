import { ForgeError } from '@forge-ml/core/plugin';
import type * as tf from '@tensorflow/tfjs';
import { weightedMean } from '../model/weighted-mean.js';

/** Options of the losses that have a term for each example. */
export interface WeightOptions {
  /** Weights of the examples [batch], or of all terms. The loss is the weighted mean; 0 if all of them are 0. */
  readonly weights?: tf.Tensor;
}

/** The mean, or the weighted mean. */
export function meanOf(terms: tf.Tensor, weights: tf.Tensor | undefined): tf.Scalar {
  return weights === undefined ? terms.mean() : weightedMean(terms, weights);
}

/** `float32[4, 3]` */
export function typeOf({ dtype, shape }: tf.Tensor): string {
  return `${dtype}[${shape.join(', ')}]`;
}

/** An error that names the shapes of arrays. */
export function shapeError(owner: string, problem: string, hint: string): ForgeError {
  return new ForgeError('MODEL_INVALID', `${owner} takes ${problem}.`, { about: owner, hint });
}

/** @throws ForgeError MODEL_INVALID unless both have one shape: others would be broadcast */
export function requireSameShape(owner: string, one: tf.Tensor, other: tf.Tensor): void {
  if (String(one.shape) === String(other.shape)) return;
  throw shapeError(
    owner,
    `arrays of the same shape, not ${typeOf(one)} and ${typeOf(other)}`,
    'Reshape one of them with .reshape(…).',
  );
}

/**
 * Checks embeddings [n, size] that are compared with each other.
 * @param rowsFit whether they have one row for each of the first; otherwise their number may differ
 * @throws ForgeError MODEL_INVALID naming both shapes
 */
export function requireEmbeddings(owner: string, first: tf.Tensor, other: tf.Tensor, rowsFit = true): void {
  const [rows, size] = first.shape;
  if (first.rank === 2 && other.rank === 2 && other.shape[1] === size && (!rowsFit || other.shape[0] === rows)) return;
  throw shapeError(
    owner,
    `embeddings [batch, size] of one size, not ${typeOf(first)} and ${typeOf(other)}`,
    'Pool a sequence into one vector for each example first.',
  );
}

/**
 * Integer labels as int32, and whether each counts (undefined: all do). Those that do not are 0.
 * @throws ForgeError DATA_INVALID for a label that is no class
 */
export function countedLabels(owner: string, labels: tf.Tensor, classes: number, ignoreLabel: number | undefined) {
  for (const label of labels.dataSync()) {
    if (label === ignoreLabel || (Number.isInteger(label) && label >= 0 && label < classes)) continue;
    throw new ForgeError('DATA_INVALID', `${owner}: a label is ${label}, with ${classes} classes.`, {
      about: owner,
      hint: `Labels are whole numbers from 0 to ${classes - 1}; others to skip are the ignoreLabel.`,
    });
  }
  if (ignoreLabel === undefined) return { known: labels.toInt(), counted: undefined };
  const counted = labels.notEqual(ignoreLabel).toFloat();
  return { known: labels.toFloat().mul(counted).toInt(), counted };
}

/** A weight for each position of `shape`, from one for each of its first dimensions. */
export function weightsOf(weights: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const more = shape.slice(weights.rank).map(() => 1);
  return weights.toFloat().reshape([...weights.shape, ...more]);
}
