import type { Value } from '../graph/ir/graph.js';
import { add, mul, reciprocal, sqrt, sub } from './elementwise.js';
import { reduceMean } from './reduction.js';

/** What normalization along some axes subtracts and divides by: x̂ = (x - mean)·inverse. */
export interface Moments {
  /** x - mean, of the shape of x. */
  readonly centered: Value;
  /** 1 / √(variance + ε), broadcast to x. */
  readonly inverse: Value;
}

export function momentsOf(x: Value, axes: readonly number[], epsilon: number): Moments {
  const centered = sub(x, reduceMean(x, axes));
  const variance = reduceMean(mul(centered, centered), axes);
  return { centered, inverse: reciprocal(sqrt(add(variance, epsilon))) };
}
