import { addDims, subtractDims, unknownDim } from '../dims.js';
import type { Dim } from '../types.js';

/** Bounds from here on mean "to the end": exporters write 2^31 - 1 or 2^63 - 1. */
const farAway = 2 ** 31 - 1;

/**
 * The number of elements of x[start : end : step] along a dimension. Where the size or a bound is a name, the bounds
 * are taken to lie within the dimension: an `x[:, 1:]` of `length` is `length - 1`. Only a fixed end above 1 of a
 * dimension with a name stays unknown: `x[:, :128]` may well meet fewer.
 */
export function slicedSize(size: Dim, start: Dim, end: Dim, step: number): Dim {
  if (step < 0) return backwards(size, start, end, step);
  if (typeof size === 'string' && typeof end === 'number' && end > 1 && end < farAway) return unknownDim();
  const length = subtractDims(boundary(size, end), boundary(size, start));
  if (typeof length === 'number') return Math.max(Math.ceil(length / step), 0);
  return step === 1 ? length : unknownDim();
}

/** Where a bound lies in the dimension, counted from the front. */
function boundary(size: Dim, bound: Dim): Dim {
  if (typeof bound === 'string') return bound;
  if (bound >= farAway) return size;
  if (typeof size === 'number') return Math.min(Math.max(bound < 0 ? bound + size : bound, 0), size);
  if (bound <= -farAway) return 0;
  return bound < 0 ? addDims(size, bound) : bound;
}

function backwards(size: Dim, start: Dim, end: Dim, step: number): Dim {
  if (typeof start === 'string' || typeof end === 'string') return unknownDim();
  if (typeof size === 'string') {
    const whole = step === -1 && (start === -1 || start >= farAway) && end <= -farAway;
    return whole ? size : unknownDim();
  }
  const from = Math.min(Math.max(start < 0 ? start + size : start, 0), size - 1);
  const to = Math.min(Math.max(end < 0 ? end + size : end, -1), size - 1);
  return Math.max(Math.ceil((to - from) / step), 0);
}
