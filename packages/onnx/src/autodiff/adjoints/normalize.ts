import type { Value } from '../../graph/ir/graph.js';
import { add, div, mul, sqrt, sub } from '../../ops/elementwise.js';
import type { Moments } from '../../ops/moments.js';
import { reduceMean } from '../../ops/reduction.js';

/**
 * The gradient of x, given that of x̂: inverse · (g - mean(g) - x̂·mean(g·x̂)), with the factors that are constant along
 * the axes multiplied first, so that few operators touch tensors of the full size (Ioffe and Szegedy, 2015).
 */
export function throughMoments(gradient: Value, { centered, inverse }: Moments, axes: readonly number[]): Value {
  const slope = mul(reduceMean(mul(gradient, centered), axes), mul(inverse, inverse));
  return mul(sub(sub(gradient, reduceMean(gradient, axes)), mul(centered, slope)), inverse);
}

/** As `throughMoments` where no mean was subtracted: `centered` is x itself. */
export function throughScale(gradient: Value, { centered, inverse }: Moments, axes: readonly number[]): Value {
  const slope = mul(reduceMean(mul(gradient, centered), axes), mul(inverse, inverse));
  return mul(sub(gradient, mul(centered, slope)), inverse);
}

/** 1 / √(mean(x²) + ε). */
export function inverseRootMeanSquare(x: Value, axes: readonly number[], epsilon: number): Value {
  return div(1, sqrt(add(reduceMean(mul(x, x), axes), epsilon)));
}
