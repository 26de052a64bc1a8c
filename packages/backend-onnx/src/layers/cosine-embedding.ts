import { checkOptions, ForgeError, lossSynonyms, requireFinite } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { describeType } from '@forge-ml/onnx/graph';
import { add, div, greater, mul, relu, sqrt, sub, where } from '@forge-ml/onnx/ops';
import { requireEmbeddings, rowDots } from './similarity.js';
import { meanOf, type WeightOptions } from './weighted-mean.js';

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
export function cosineEmbedding(one: Value, other: Value, targets: Value, options: CosineEmbeddingOptions = {}): Value {
  const owner = 'cosineEmbedding';
  checkOptions(options, ['margin', 'weights'], { of: owner, synonyms: lossSynonyms });
  const { margin = 0, weights } = options;
  requireFinite(owner, 'margin', margin);
  requireEmbeddings(owner, one, other);
  if (targets.shape.length !== 1) {
    throw new ForgeError('MODEL_INVALID', `${owner} takes targets [batch], not ${describeType(targets)}.`, {
      about: owner,
      hint: 'Give 1 for each pair that is alike, and -1 for each that is not.',
    });
  }
  const squares = (rows: Value) => add(rowDots(rows, rows), epsilon);
  const cosines = div(rowDots(one, other), sqrt(mul(squares(one), squares(other))));
  const losses = where(greater(targets, 0), sub(1, cosines), relu(sub(cosines, margin)));
  return meanOf(owner, losses, weights);
}
