/**
 * Arithmetic of an engine, elementwise: on numbers, tensors or values of a graph. Each operation rounds its result to
 * float32 (IEEE 754, nearest even), so that all engines compute the same bits.
 */
export interface Arithmetic<T> {
  add(a: T, b: T): T;
  sub(a: T, b: T): T;
  mul(a: T, b: T): T;
  div(a: T, b: T): T;
  /** NaN if one of them is. */
  max(a: T, b: T): T;
  sqrt(a: T): T;
  abs(a: T): T;
  /** -1, 0 or 1; NaN of NaN, and +0 of both zeros. */
  sign(a: T): T;
}
