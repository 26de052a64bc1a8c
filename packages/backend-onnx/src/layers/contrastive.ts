import { checkOptions, ForgeError, lossSynonyms, requireOneOf, requirePositive } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { describeType } from '@forge-ml/onnx/graph';
import { add, concat, div, matMul, mul, reduceLogSumExp, sub, transpose } from '@forge-ml/onnx/ops';
import { requireEmbeddings, rowDots, unitRows } from './similarity.js';
import { meanOf, type WeightOptions } from './weighted-mean.js';

interface ContrastiveOptions extends WeightOptions {
  /** Further negatives [rows, size], for all examples. Default: only the other rows of the batch. */
  readonly negatives?: Value;
  /** How rows are compared. Default: `cosine`. */
  readonly similarity?: 'cosine' | 'dot';
  /** Whether to average with the loss of finding each row's partner in the other direction. Default: false. */
  readonly symmetric?: boolean;
}

export interface InfoNceOptions extends ContrastiveOptions {
  /** What similarities are divided by: a number above 0, or a 0-d value, such as a parameter. Default: 0.1. */
  readonly temperature?: number | Value;
}

export interface MultipleNegativesOptions extends ContrastiveOptions {
  /** What similarities are multiplied by: a number above 0, or a 0-d value, such as a parameter. Default: 20. */
  readonly scale?: number | Value;
}

const known = ['negatives', 'similarity', 'symmetric', 'weights'];

/**
 * The cross-entropy of finding the key of each query among all keys of the batch: queries [batch, size], keys
 * [batch, size], and the mean over the queries of -log softmax(similarities ÷ temperature)[own key] (InfoNCE, van den
 * Oord et al., 2018). With `symmetric` it is the loss of CLIP (Radford et al., 2021).
 * @throws ForgeError MODEL_INVALID for embeddings of other shapes, and for a temperature that is not above 0
 */
export function infoNce(queries: Value, keys: Value, options: InfoNceOptions = {}): Value {
  const owner = 'infoNce';
  checkOptions(options, [...known, 'temperature'], { of: owner, synonyms: { ...lossSynonyms, tau: 'temperature' } });
  const { temperature = 0.1 } = options;
  requireFactor(owner, 'temperature', temperature);
  return contrastive(owner, queries, keys, options, (similarities) => div(similarities, temperature));
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
  anchors: Value,
  positives: Value,
  options: MultipleNegativesOptions = {},
): Value {
  const owner = 'multipleNegativesRanking';
  checkOptions(options, [...known, 'scale'], { of: owner, synonyms: lossSynonyms });
  const { scale = 20 } = options;
  requireFactor(owner, 'scale', scale);
  return contrastive(owner, anchors, positives, options, (similarities) => mul(similarities, scale));
}

function contrastive(
  owner: string,
  anchors: Value,
  positives: Value,
  options: ContrastiveOptions,
  scaled: (similarities: Value) => Value,
): Value {
  const { negatives, similarity = 'cosine', symmetric = false, weights } = options;
  requireOneOf(owner, 'similarity', similarity, ['cosine', 'dot']);
  requireEmbeddings(owner, anchors, positives);
  if (negatives) requireEmbeddings(owner, anchors, negatives, false);
  const compared = (rows: Value) => (similarity === 'cosine' ? unitRows(rows) : rows);
  const [own, others] = [compared(anchors), compared(positives)];
  const candidates = negatives ? concat([others, compared(negatives)], 0) : others;
  const found = scaled(rowDots(own, others));
  const among = (rows: Value, all: Value) => {
    const logits = scaled(matMul(rows, transpose(all, [1, 0])));
    return sub(reduceLogSumExp(logits, [-1], { keepdims: false }), found);
  };
  const forward = among(own, candidates);
  return meanOf(owner, symmetric ? mul(add(forward, among(others, own)), 0.5) : forward, weights);
}

function requireFactor(owner: string, name: string, factor: number | Value): void {
  if (typeof factor !== 'object' || factor === null || !('shape' in factor)) {
    requirePositive(owner, name, factor);
  } else if (factor.shape.length > 0) {
    throw new ForgeError('MODEL_INVALID', `${owner}: ${name} is ${describeType(factor)}, not a single number.`, {
      about: owner,
      hint: 'Give it the shape []: context.parameter(name, [], constantly(20)).',
    });
  }
}
