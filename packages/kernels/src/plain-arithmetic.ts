import type { Arithmetic } from './arithmetic.js';

const { fround } = Math;

/**
 * Arithmetic on numbers. A result of float64 that is rounded to float32 is the one that float32 gives: 53 bits are more
 * than twice 24 (Figueroa, 1995).
 */
export const plainArithmetic: Arithmetic<number> = {
  add: (a, b) => fround(a + b),
  sub: (a, b) => fround(a - b),
  mul: (a, b) => fround(a * b),
  div: (a, b) => fround(a / b),
  max: (a, b) => Math.max(a, b),
  sqrt: (a) => fround(Math.sqrt(a)),
  abs: (a) => Math.abs(a),
  sign: (a) => (a > 0 ? 1 : a < 0 ? -1 : a === 0 ? 0 : Number.NaN),
};
