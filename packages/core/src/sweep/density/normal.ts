import { erfc } from './erf.js';

export const logSqrt2Pi = 0.5 * Math.log(2 * Math.PI);

/** P(Z < x) of a standard normal Z. */
export function normalCdf(x: number): number {
  return 0.5 * erfc(-x * Math.SQRT1_2);
}

/** log P(Z < x), also where P underflows. */
export function logNormalCdf(x: number): number {
  if (x > 6) return -normalCdf(-x);
  if (x > -20) return Math.log(normalCdf(x));
  // The asymptotic series of the tail (Abramowitz and Stegun 26.2.12), down to its smallest terms.
  let sum = 1;
  let term = 1;
  for (let order = 1; Math.abs(term) > Number.EPSILON && order < 30; order++) {
    term *= -(2 * order - 1) / (x * x);
    sum += term;
  }
  return -0.5 * x * x - Math.log(-x) - logSqrt2Pi + Math.log(sum);
}

/** log P(a < Z < b) of a standard normal Z, for a <= b, also far out in a tail. */
export function logNormalMass(a: number, b: number): number {
  if (a > 0) return logNormalMass(-b, -a);
  if (b > 0) return Math.log1p(-normalCdf(a) - normalCdf(-b));
  const upper = logNormalCdf(b);
  return upper + Math.log1p(-Math.exp(logNormalCdf(a) - upper));
}
