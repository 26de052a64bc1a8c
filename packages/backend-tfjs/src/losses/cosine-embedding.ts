import { checkOptions, lossSynonyms, requireFinite } from '@forge-ml/core/plugin';
import type * as tf from '@tensorflow/tfjs';
import { meanOf, requireEmbeddings, shapeError, typeOf, type WeightOptions } from './arrays.js';

export interface CosineEmbeddingOptions extends WeightOptions {
  /** The cosine, from -1 to 1, up to which rows that differ cost nothing. Default: 0. */
  readonly margin?: number;
}

/** Added to squared norms, as in PyTorch. */
const epsilon = 1e-12;

/**
 * The mean of 1 - cos(one, other) where the target is 1 (alike), and of max(0, cos - margin) where it is not (-1 or 0):
 * both [batch, size], targets [batch]; as PyTorch's CosineEmbeddingLoss.
 * @throws ForgeError MODEL_INVALID for arrays of other shapes
 */
export function cosineEmbedding(
  one: tf.Tensor,
  other: tf.Tensor,
  targets: tf.Tensor,
  options: CosineEmbeddingOptions = {},
): tf.Scalar {
  const owner = 'cosineEmbedding';
  checkOptions(options, ['margin', 'weights'], { of: owner, synonyms: lossSynonyms });
  const { margin = 0, weights } = options;
  requireFinite(owner, 'margin', margin);
  requireEmbeddings(owner, one, other);
  if (targets.rank !== 1 || targets.shape[0] !== one.shape[0]) {
    throw shapeError(
      owner,
      `targets [batch], not ${typeOf(targets)} with ${typeOf(one)}`,
      'Give 1 for each pair that is alike, and -1 for each that is not.',
    );
  }
  const squares = (rows: tf.Tensor) => rows.square().sum(-1).add(epsilon);
  const cosines = one
    .mul(other)
    .sum(-1)
    .div(squares(one).mul(squares(other)).sqrt());
  const alike = targets.toFloat().greater(0).toFloat();
  const far = cosines.sub(margin).relu();
  const near = cosines.mul(-1).add(1);
  return meanOf(near.mul(alike).add(far.mul(alike.mul(-1).add(1))), weights);
}
