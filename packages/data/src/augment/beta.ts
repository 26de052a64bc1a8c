import type { RandomStream } from '@forge-ml/core/plugin';

/** A draw from the distribution Beta(alpha, alpha). */
export function drawBeta(alpha: number, random: RandomStream): number {
  const difference = logGamma(alpha, random.child('second')) - logGamma(alpha, random.child('first'));
  return 1 / (1 + Math.exp(difference));
}

/**
 * The logarithm of a draw from Gamma(shape, 1), by Marsaglia and Tsang (2000): a draw for a small shape would be too
 * small for a float.
 */
function logGamma(shape: number, random: RandomStream): number {
  if (shape < 1) return logGamma(shape + 1, random) + Math.log(1 - random.float()) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.float()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return Math.log(d * v);
  }
}
