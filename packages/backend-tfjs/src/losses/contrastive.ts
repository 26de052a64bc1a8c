import { checkOptions, lossSynonyms, requireOneOf, requirePositive } from '@forge-ml/core/plugin';
import type * as tf from '@tensorflow/tfjs';
import { meanOf, requireEmbeddings, shapeError, typeOf, type WeightOptions } from './arrays.js';

interface ContrastiveOptions extends WeightOptions {
  /** Further negatives [rows, size], for all examples. Default: only the other rows of the batch. */
  readonly negatives?: tf.Tensor;
  /** How rows are compared. Default: `cosine`. */
  readonly similarity?: 'cosine' | 'dot';
  /** Whether to average with the loss of finding each row's partner in the other direction. Default: false. */
  readonly symmetric?: boolean;
}

export interface InfoNceOptions extends ContrastiveOptions {
  /** What similarities are divided by: a number above 0, or a scalar, such as a variable. Default: 0.1. */
  readonly temperature?: number | tf.Tensor;
}

export interface MultipleNegativesOptions extends ContrastiveOptions {
  /** What similarities are multiplied by: a number above 0, or a scalar, such as a variable. Default: 20. */
  readonly scale?: number | tf.Tensor;
}

const known = ['negatives', 'similarity', 'symmetric', 'weights'];

/**
 * The cross-entropy of finding the key of each query among all keys of the batch: queries [batch, size], keys
 * [batch, size], and the mean over the queries of -log softmax(similarities ÷ temperature)[own key] (InfoNCE, van den
 * Oord et al., 2018). With `symmetric` it is the loss of CLIP (Radford et al., 2021).
 * @throws ForgeError MODEL_INVALID for embeddings of other shapes, and for a temperature that is not above 0
 */
export function infoNce(queries: tf.Tensor, keys: tf.Tensor, options: InfoNceOptions = {}): tf.Scalar {
  const owner = 'infoNce';
  checkOptions(options, [...known, 'temperature'], { of: owner, synonyms: { ...lossSynonyms, tau: 'temperature' } });
  const { temperature = 0.1 } = options;
  requireFactor(owner, 'temperature', temperature);
  return contrastive(owner, queries, keys, options, (similarities) => similarities.div(temperature));
}

/**
 * The cross-entropy of finding the positive of each anchor among the positives of the batch and `negatives`: anchors
 * [batch, size], positives [batch, size], and the mean over the anchors of -log softmax(scale · similarities)[own]
 * (Henderson et al., 2017; the MultipleNegativesRankingLoss of Sentence Transformers).
 *
 * Positives of other examples are taken for negatives, so that a batch should not hold the same one twice.
 * @throws ForgeError MODEL_INVALID for embeddings of other shapes, and for a scale that is not above 0
 */
export function multipleNegativesRanking(
  anchors: tf.Tensor,
  positives: tf.Tensor,
  options: MultipleNegativesOptions = {},
): tf.Scalar {
  const owner = 'multipleNegativesRanking';
  checkOptions(options, [...known, 'scale'], { of: owner, synonyms: lossSynonyms });
  const { scale = 20 } = options;
  requireFactor(owner, 'scale', scale);
  return contrastive(owner, anchors, positives, options, (similarities) => similarities.mul(scale));
}

function contrastive(
  owner: string,
  anchors: tf.Tensor,
  positives: tf.Tensor,
  options: ContrastiveOptions,
  scaled: (similarities: tf.Tensor) => tf.Tensor,
): tf.Scalar {
  const { negatives, similarity = 'cosine', symmetric = false, weights } = options;
  requireOneOf(owner, 'similarity', similarity, ['cosine', 'dot']);
  requireEmbeddings(owner, anchors, positives);
  if (negatives) requireEmbeddings(owner, anchors, negatives, false);
  const compared = (rows: tf.Tensor) => (similarity === 'cosine' ? unitRows(rows) : rows);
  const [own, others] = [compared(anchors), compared(positives)];
  const candidates = negatives ? others.concat(compared(negatives), 0) : others;
  const found = scaled(own.mul(others).sum(-1));
  const among = (rows: tf.Tensor, all: tf.Tensor) =>
    scaled(rows.matMul(all, false, true))
      .logSumExp(-1)
      .sub(found);
  const forward = among(own, candidates);
  return meanOf(symmetric ? forward.add(among(others, own)).mul(0.5) : forward, weights);
}

/** The smallest norm that a row is divided by, as in PyTorch's `normalize`. */
const smallestNorm = 1e-12;

function unitRows(rows: tf.Tensor): tf.Tensor {
  return rows.div(
    rows
      .square()
      .sum(-1, true)
      .maximum(smallestNorm ** 2)
      .sqrt(),
  );
}

function requireFactor(owner: string, name: string, factor: number | tf.Tensor): void {
  if (typeof factor !== 'object' || factor === null || !('rank' in factor)) requirePositive(owner, name, factor);
  else if (factor.rank > 0)
    throw shapeError(owner, `a single number as ${name}, not ${typeOf(factor)}`, 'Make it a scalar: tf.scalar(20).');
}
