import { checkOptions, lossSynonyms, requireOneOf, requirePositive } from '@forge-ml/core/plugin';
import type * as tf from '@tensorflow/tfjs';
import { meanOf, requireEmbeddings, type WeightOptions } from './arrays.js';

export interface TripletMarginOptions extends WeightOptions {
  /** How much further than the positive the negative must be. Default: 1. */
  readonly margin?: number;
  /** The norm of a difference: 1 (sum of magnitudes) or 2 (Euclidean). Default: 2. */
  readonly p?: 1 | 2;
  /** Whether the negative may also be too near to the positive (Balntas et al., 2016). Default: false. */
  readonly swap?: boolean;
}

/** Added to each difference, as in PyTorch, so that the distance of equal rows has a gradient. */
const epsilon = 1e-6;

/**
 * The mean of max(0, |anchor - positive| - |anchor - negative| + margin): all [batch, size] (Schroff et al., FaceNet,
 * 2015), as PyTorch's TripletMarginLoss.
 * @throws ForgeError MODEL_INVALID for embeddings of other shapes
 */
export function tripletMargin(
  anchors: tf.Tensor,
  positives: tf.Tensor,
  negatives: tf.Tensor,
  options: TripletMarginOptions = {},
): tf.Scalar {
  const owner = 'tripletMargin';
  checkOptions(options, ['margin', 'p', 'swap', 'weights'], { of: owner, synonyms: lossSynonyms });
  const { margin = 1, p = 2, swap = false, weights } = options;
  requirePositive(owner, 'margin', margin);
  requireOneOf(owner, 'p', p, [1, 2]);
  for (const other of [positives, negatives]) requireEmbeddings(owner, anchors, other);
  const distance = (one: tf.Tensor, other: tf.Tensor) => {
    const difference = one.sub(other).add(epsilon);
    return p === 1 ? difference.abs().sum(-1) : difference.square().sum(-1).sqrt();
  };
  const away = distance(anchors, negatives);
  const nearest = swap ? away.minimum(distance(positives, negatives)) : away;
  return meanOf(distance(anchors, positives).sub(nearest).add(margin).relu(), weights);
}
