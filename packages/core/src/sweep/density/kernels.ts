import type { RandomStream } from '../../random/random-stream.js';
import type { ChoiceAxis, NumberAxis } from './axis.js';
import { logNormalMass, logSqrt2Pi } from './normal.js';

/** The densities of the kernels of a mixture along one parameter. The last kernel is the prior. */
export interface Kernels {
  /** Adds the logarithm of each kernel's density at the point, but not the terms that are equal for all points. */
  addLogDensities(point: number, sums: Float64Array): void;
  /** Adds the terms that are equal for all points. */
  addConstants(sums: Float64Array): void;
  /** A point drawn from one kernel. */
  sample(kernel: number, random: RandomStream): number;
}

/** Normal kernels on a range without a step, each truncated to it. */
export class NormalKernels implements Kernels {
  readonly #precisions: Float64Array;

  /**
   * @param centers and deviations of all kernels
   * @param logMasses the logarithm of each kernel's probability between the ends of the axis, before it is truncated
   */
  constructor(
    readonly axis: NumberAxis,
    readonly centers: Float64Array,
    readonly deviations: Float64Array,
    readonly logMasses: Float64Array,
  ) {
    this.#precisions = deviations.map((deviation) => Math.SQRT1_2 / deviation);
  }

  addConstants(sums: Float64Array): void {
    for (let at = 0; at < sums.length; at++) {
      sums[at]! -= Math.log(this.deviations[at]!) + this.logMasses[at]! + logSqrt2Pi;
    }
  }

  addLogDensities(point: number, sums: Float64Array): void {
    const { centers } = this;
    const precisions = this.#precisions;
    for (let at = 0; at < sums.length; at++) {
      const distance = (point - centers[at]!) * precisions[at]!;
      sums[at]! -= distance * distance;
    }
  }

  sample(kernel: number, random: RandomStream): number {
    return this.axis.pointAt(truncatedNormal(this, kernel, random));
  }
}

/** Normal kernels on a range with a step: the probability of the numbers that are rounded to the point. */
export class SteppedKernels implements Kernels {
  /** For each kernel, the group of those with the same center and deviation; and the first kernel of each group. */
  readonly #groups: Int32Array;
  readonly #firsts: readonly number[];
  /** For each point asked about, the logarithm of the density of each group. */
  readonly #logDensities = new Map<number, Float64Array>();

  constructor(
    readonly axis: NumberAxis,
    readonly centers: Float64Array,
    readonly deviations: Float64Array,
    readonly logMasses: Float64Array,
  ) {
    const groups = new Map<number, Map<number, number>>();
    const firsts: number[] = [];
    this.#groups = new Int32Array(centers.length);
    for (let at = 0; at < centers.length; at++) {
      const center = centers[at]!;
      const deviation = deviations[at]!;
      let ofCenter = groups.get(center);
      if (ofCenter === undefined) {
        ofCenter = new Map();
        groups.set(center, ofCenter);
      }
      let group = ofCenter.get(deviation);
      if (group === undefined) {
        group = firsts.push(at) - 1;
        ofCenter.set(deviation, group);
      }
      this.#groups[at] = group;
    }
    this.#firsts = firsts;
  }

  addConstants(sums: Float64Array): void {
    for (let at = 0; at < sums.length; at++) sums[at]! -= this.logMasses[at]!;
  }

  addLogDensities(point: number, sums: Float64Array): void {
    const groups = this.#groups;
    const logDensities = this.#logDensitiesAt(point);
    for (let at = 0; at < sums.length; at++) sums[at]! += logDensities[groups[at]!]!;
  }

  #logDensitiesAt(point: number): Float64Array {
    let logDensities = this.#logDensities.get(point);
    if (logDensities !== undefined) return logDensities;
    const [from, to] = this.axis.interval(point);
    logDensities = Float64Array.from(this.#firsts, (first) => {
      const center = this.centers[first]!;
      const deviation = this.deviations[first]!;
      return logNormalMass((from - center) / deviation, (to - center) / deviation);
    });
    this.#logDensities.set(point, logDensities);
    return logDensities;
  }

  sample(kernel: number, random: RandomStream): number {
    return this.axis.pointAt(truncatedNormal(this, kernel, random));
  }
}

/** Kernels of choices: the observed one is likelier, by less the fewer the observations; the prior is uniform. */
export class ChoiceKernels implements Kernels {
  /** @param points the observed choices, without the prior */
  constructor(
    readonly axis: ChoiceAxis,
    readonly points: Float64Array,
  ) {}

  get #prior(): number {
    return this.points.length === 0 ? 1 : 1 / (this.points.length + 1);
  }

  addConstants(sums: Float64Array): void {
    const logSum = Math.log(1 + this.axis.choices.length * this.#prior);
    const { length } = this.points;
    for (let at = 0; at < length; at++) sums[at]! -= logSum;
    sums[length]! -= Math.log(this.axis.choices.length);
  }

  addLogDensities(point: number, sums: Float64Array): void {
    const prior = this.#prior;
    const same = Math.log1p(prior);
    const other = Math.log(prior);
    const { points } = this;
    for (let at = 0; at < points.length; at++) sums[at]! += points[at] === point ? same : other;
  }

  sample(kernel: number, random: RandomStream): number {
    const { length } = this.axis.choices;
    const prior = this.#prior;
    if (kernel === this.points.length) return random.below(length);
    const draw = random.float() * (1 + length * prior);
    // The first part is the observed choice's own.
    return draw < 1 ? this.points[kernel]! : Math.min(length - 1, Math.floor((draw - 1) / prior));
  }
}

/** By rejection: a kernel's center is in the range and its deviation at most the range, so a third is accepted. */
function truncatedNormal(
  { axis, centers, deviations }: NormalKernels | SteppedKernels,
  kernel: number,
  random: RandomStream,
): number {
  for (;;) {
    const drawn = centers[kernel]! + deviations[kernel]! * random.normal();
    if (drawn >= axis.low && drawn <= axis.high) return drawn;
  }
}

export function logMassOf(axis: NumberAxis, center: number, deviation: number): number {
  return logNormalMass((axis.low - center) / deviation, (axis.high - center) / deviation);
}
