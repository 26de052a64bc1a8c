import type { Axis } from '../../density/axis.js';
import { logMassOf } from '../../density/kernels.js';

/** The points of one parameter in all trials, in the order of the trials. NaN where the parameter is inactive. */
export class Column {
  points = new Float64Array(64).fill(Number.NaN);
  /** The centers of the points' kernels. The same as `points` for most axes. */
  centers = new Float64Array(64).fill(Number.NaN);
  /** The rows that have a number, in ascending order of their centers, then of rows. Empty for choices. */
  #order = new Int32Array(64);
  #ordered = 0;
  /** For each row, the deviation that `#logMasses` was computed with: it seldom changes. */
  #deviations = new Float64Array(64);
  #logMasses = new Float64Array(64);

  constructor(readonly axis: Axis) {}

  get order(): Int32Array {
    return this.#order.subarray(0, this.#ordered);
  }

  /** Adds a row after all others. */
  append(row: number, point: number): void {
    if (row >= this.points.length) this.#grow();
    this.#set(row, point);
    if (this.axis.kind === 'choice' || Number.isNaN(point)) return;
    let [low, high] = [0, this.#ordered];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.centers[this.#order[middle]!]! <= this.centers[row]!) low = middle + 1;
      else high = middle;
    }
    this.#order.copyWithin(low + 1, low, this.#ordered++);
    this.#order[low] = row;
  }

  /** Replaces all rows. */
  rebuild(points: readonly number[]): void {
    this.#ordered = 0;
    for (const [row, point] of points.entries()) this.append(row, point);
  }

  /** The logarithm of the mass of a row's kernel inside the range. */
  logMass(row: number, deviation: number): number {
    if (this.#deviations[row] !== deviation) {
      if (this.axis.kind === 'choice') return 0;
      this.#deviations[row] = deviation;
      this.#logMasses[row] = logMassOf(this.axis, this.centers[row]!, deviation);
    }
    return this.#logMasses[row]!;
  }

  #set(row: number, point: number): void {
    this.points[row] = point;
    this.centers[row] = this.axis.kind === 'choice' ? point : this.axis.center(point);
    this.#deviations[row] = 0;
  }

  #grow(): void {
    const length = this.points.length * 2;
    this.points = longer(this.points, new Float64Array(length));
    this.centers = longer(this.centers, new Float64Array(length));
    this.#deviations = longer(this.#deviations, new Float64Array(length));
    this.#logMasses = longer(this.#logMasses, new Float64Array(length));
    this.#order = longer(this.#order, new Int32Array(length));
  }
}

export function longer<Numbers extends Float64Array | Int32Array>(numbers: Numbers, longer: Numbers): Numbers {
  longer.set(numbers);
  return longer;
}
