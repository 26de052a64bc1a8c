import type { ChoiceParameter, FloatParameter, IntegerParameter, ParameterValue } from '../space/space.js';

/**
 * A parameter as numbers that a density is over. A *point* is the logarithm of the value if the parameter is logarithmic
 * and has no step, the index of a choice, else the value itself.
 */
export type Axis = NumberAxis | ChoiceAxis;

/** A parameter of this shape, whatever its condition. */
export type AxisParameter = FloatParameter | IntegerParameter | ChoiceParameter;

export function axisOf(parameter: AxisParameter): Axis {
  return parameter.kind === 'choice' ? new ChoiceAxis(parameter.choices) : new NumberAxis(parameter);
}

export class ChoiceAxis {
  readonly kind = 'choice';

  constructor(readonly choices: readonly ParameterValue[]) {}

  get isSingle(): boolean {
    return this.choices.length === 1;
  }

  /** NaN for a value that is no choice. */
  point(value: ParameterValue | undefined): number {
    const index = value === undefined ? -1 : this.choices.indexOf(value);
    return index < 0 ? Number.NaN : index;
  }

  value(point: number): ParameterValue {
    return this.choices[point]!;
  }
}

export class NumberAxis {
  readonly kind = 'number';
  readonly isLog: boolean;
  /** 0 for any number. */
  readonly step: number;
  /** The ends of the density, logarithms if the parameter is logarithmic: half a step beyond the ends of the range. */
  readonly low: number;
  readonly high: number;
  /** The ends of the values: `most` is the highest that a step reaches. */
  readonly least: number;
  readonly most: number;

  constructor({ low, high, log, step }: FloatParameter | IntegerParameter) {
    this.isLog = log;
    this.step = step ?? 0;
    this.least = low;
    // The tolerance: (0.3 - 0) / 0.1 is slightly less than 3.
    this.most = this.step === 0 ? high : this.#atStep(Math.floor((high - low) / this.step + 1e-9));
    this.low = this.#scaled(low - this.step / 2);
    this.high = this.#scaled(this.most + this.step / 2);
  }

  get isSingle(): boolean {
    return this.least === this.most;
  }

  /** NaN for a value outside the range. */
  point(value: ParameterValue | undefined): number {
    const isInside = typeof value === 'number' && value >= this.least && value <= this.most + this.step * 1e-9;
    if (!isInside) return Number.NaN;
    return this.step === 0 ? this.#scaled(value) : value;
  }

  value(point: number): number {
    if (this.step !== 0 || !this.isLog) return point;
    return this.#clipped(Math.exp(point));
  }

  /** The center of a point's density, between low and high. */
  center(point: number): number {
    return this.step === 0 ? point : this.#scaled(point);
  }

  /** The point nearest to a number between low and high. */
  pointAt(center: number): number {
    if (this.step === 0) return Math.min(this.high, Math.max(this.low, center));
    const value = this.isLog ? Math.exp(center) : center;
    return this.#clipped(this.#atStep(Math.round((value - this.least) / this.step)));
  }

  /** The interval of numbers that are rounded to a point. Only with a step. */
  interval(point: number): readonly [number, number] {
    return [this.#scaled(point - this.step / 2), this.#scaled(point + this.step / 2)];
  }

  /** 0.3 instead of 0.30000000000000004. */
  #atStep(count: number): number {
    return Number((this.least + count * this.step).toPrecision(15));
  }

  #scaled(value: number): number {
    return this.isLog ? Math.log(value) : value;
  }

  #clipped(value: number): number {
    return Math.min(this.most, Math.max(this.least, value));
  }
}
