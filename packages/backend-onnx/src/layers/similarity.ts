import { ForgeError } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { describeType } from '@forge-ml/onnx/graph';
import { div, max, mul, reduceSum, sqrt } from '@forge-ml/onnx/ops';

/** The smallest norm that a vector is divided by, as in PyTorch's `normalize`. */
const smallestNorm = 1e-12;

/** Rows [n, size] of length 1; a row of zeros stays, with a finite gradient. */
export function unitRows(rows: Value): Value {
  const squares = reduceSum(mul(rows, rows), [-1]);
  return div(rows, sqrt(max([squares, smallestNorm ** 2])));
}

/** The dot products of the rows of two matrices of one shape: [n, size] to [n]. */
export function rowDots(one: Value, other: Value): Value {
  return reduceSum(mul(one, other), [-1], { keepdims: false });
}

/**
 * Checks embeddings [n, size] that are compared with each other.
 * @param rowsFit whether they have one row for each of the first; otherwise their number may differ
 * @throws ForgeError MODEL_INVALID naming both shapes
 */
export function requireEmbeddings(owner: string, first: Value, other: Value, rowsFit = true): void {
  const fits = first.shape.every((size, axis) => {
    const others = other.shape[axis];
    if (axis === 0 && !rowsFit) return true;
    return typeof size !== 'number' || typeof others !== 'number' || size === others;
  });
  if (fits && first.shape.length === 2 && other.shape.length === 2) return;
  throw new ForgeError(
    'MODEL_INVALID',
    `${owner} takes embeddings [batch, size] of one size, not ${describeType(first)} and ${describeType(other)}.`,
    { about: owner, hint: 'Pool a sequence into one vector for each example first.' },
  );
}
