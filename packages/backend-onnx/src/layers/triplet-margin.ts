import { checkOptions, lossSynonyms, requireOneOf, requirePositive } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { abs, add, min, mul, reduceSum, relu, sqrt, sub } from '@forge-ml/onnx/ops';
import { requireEmbeddings } from './similarity.js';
import { meanOf, type WeightOptions } from './weighted-mean.js';

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
  anchors: Value,
  positives: Value,
  negatives: Value,
  options: TripletMarginOptions = {},
): Value {
  const owner = 'tripletMargin';
  checkOptions(options, ['margin', 'p', 'swap', 'weights'], { of: owner, synonyms: lossSynonyms });
  const { margin = 1, p = 2, swap = false, weights } = options;
  requirePositive(owner, 'margin', margin);
  requireOneOf(owner, 'p', p, [1, 2]);
  for (const other of [positives, negatives]) requireEmbeddings(owner, anchors, other);
  const distance = (one: Value, other: Value) => {
    const difference = add(sub(one, other), epsilon);
    if (p === 1) return reduceSum(abs(difference), [-1], { keepdims: false });
    return sqrt(reduceSum(mul(difference, difference), [-1], { keepdims: false }));
  };
  const away = distance(anchors, negatives);
  const nearest = swap ? min([away, distance(positives, negatives)]) : away;
  return meanOf(owner, relu(add(sub(distance(anchors, positives), nearest), margin)), weights);
}
