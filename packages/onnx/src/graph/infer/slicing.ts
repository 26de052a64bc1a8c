import { addDims, ceilDivideDims, subtractDims } from '../ir/dims.js';
import type { Dim } from '../ir/types.js';

/** Bounds from here on mean "to the end": exporters write 2^31 - 1 or 2^63 - 1. */
const farBound = 2 ** 31 - 1;

/**
 * The number of elements of x[start : end : step] along a dimension. A named size is assumed to be at least 1, so that
 * an `x[:, 1:]` of `length` is `length - 1`; where that is not enough, the result is a name that describes the slice.
 * Named bounds are assumed to be within the dimension.
 */
export function slicedSize(size: Dim, start: Dim, end: Dim, step: number): Dim {
  if (typeof size === 'number' && typeof start === 'number' && typeof end === 'number') {
    return counted(size, start, end, step);
  }
  const isWhole = step === -1 && (start === -1 || isFar(start, 1)) && isFar(end, -1);
  if (isWhole) return size;
  const length = step > 0 ? distance(size, start, end) : undefined;
  if (length === undefined) return `slice(${[size, start, end, step].map(shortened).join(', ')})`;
  return typeof length === 'number' ? Math.max(Math.ceil(length / step), 0) : ceilDivideDims(length, step);
}

function counted(size: number, start: number, end: number, step: number): number {
  if (size === 0) return 0;
  const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
  const clamp = (bound: number) => Math.min(Math.max(bound < 0 ? bound + size : bound, least), most);
  // A start before a reversed dimension is its first element.
  const from = step > 0 ? clamp(start) : Math.max(clamp(start), 0);
  return Math.max(Math.ceil((clamp(end) - from) / step), 0);
}

/** end - start, where that holds for any values of the names. */
function distance(size: Dim, start: Dim, end: Dim): Dim | undefined {
  const [from, to] = [boundary(size, start), boundary(size, end)];
  if (from === undefined || to === undefined) return undefined;
  const length = subtractDims(to, from);
  const isNamed = typeof start === 'string' || typeof end === 'string';
  return isNamed || typeof length === 'number' || [0, -1].includes(Number(subtractDims(length, size)))
    ? length
    : undefined;
}

/** A bound as an index from the front. */
function boundary(size: Dim, bound: Dim): Dim | undefined {
  if (typeof bound === 'string') return bound;
  if (isFar(bound, 1)) return size;
  if (typeof size === 'number') return Math.min(Math.max(bound < 0 ? bound + size : bound, 0), size);
  if (isFar(bound, -1)) return 0;
  if (Math.abs(bound) > 1) return undefined;
  return bound < 0 ? addDims(size, bound) : bound;
}

function isFar(bound: Dim, sign: 1 | -1): boolean {
  return typeof bound === 'number' && sign * bound >= farBound;
}

/** Equal slices have equal names, however far away their ends are. */
function shortened(bound: Dim): Dim {
  return isFar(bound, 1) ? farBound : isFar(bound, -1) ? -farBound : bound;
}
