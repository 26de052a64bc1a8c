import type { RandomStream } from '../../random/random-stream.js';
import type { Kernels } from './kernels.js';

/** The logarithm of a share of the largest term: terms below it change the sum of 10,000 by less than 1e-12. */
const negligible = -37;

/** A weighted sum of kernels, each a product over parameters. */
export class Mixture {
  readonly #cumulative: Float64Array;
  /** The terms of each kernel's log-density that do not depend on the point. */
  readonly #constants: Float64Array;
  readonly #sums: Float64Array;

  /** @param weights of the kernels, the prior's last; their sum is normalized to 1 */
  constructor(
    weights: Float64Array,
    readonly kernels: readonly Kernels[],
  ) {
    this.#cumulative = new Float64Array(weights.length);
    let sum = 0;
    for (let at = 0; at < weights.length; at++) {
      sum += weights[at]!;
      this.#cumulative[at] = sum;
    }
    this.#constants = weights.map((weight) => Math.log(weight / sum));
    for (const axis of kernels) axis.addConstants(this.#constants);
    this.#sums = new Float64Array(weights.length);
  }

  /** @param point one number per parameter */
  logDensity(point: readonly number[]): number {
    const sums = this.#sums;
    sums.set(this.#constants);
    for (const [at, kernels] of this.kernels.entries()) kernels.addLogDensities(point[at]!, sums);
    let largest = Number.NEGATIVE_INFINITY;
    for (let at = 0; at < sums.length; at++) if (sums[at]! > largest) largest = sums[at]!;
    if (largest === Number.NEGATIVE_INFINITY) return largest;
    let total = 0;
    for (let at = 0; at < sums.length; at++) {
      const relative = sums[at]! - largest;
      if (relative > negligible) total += Math.exp(relative);
    }
    return largest + Math.log(total);
  }

  sample(random: RandomStream): number[] {
    const cumulative = this.#cumulative;
    const drawn = random.float() * cumulative.at(-1)!;
    let kernel = 0;
    while (kernel < cumulative.length - 1 && cumulative[kernel]! <= drawn) kernel++;
    return this.kernels.map((axis) => axis.sample(kernel, random));
  }
}
