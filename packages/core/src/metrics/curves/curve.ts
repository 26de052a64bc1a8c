import type { Direction } from '../metric-direction.js';

/** A value of one metric. */
export interface MetricValue {
  readonly step: number;
  readonly epoch: number;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  readonly value: number;
}

/** What the horizontal axis shows: optimizer steps, epochs, or seconds since the run was created. */
export type CurveAxis = 'step' | 'epoch' | 'time';

/** A line without gaps. */
export interface CurveLine {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** A value of the metric, and its place on the horizontal axis. */
export interface CurvePoint extends MetricValue {
  readonly x: number;
}

/** The curve of a metric, downsampled for drawing. */
export interface Curve {
  /** `valid.loss` */
  readonly metric: string;
  readonly split: string;
  readonly name: string;
  /** Undefined if it is unknown whether a lower or a higher value is better: then there is no best. */
  readonly direction: Direction | undefined;
  /** The finite values, in lines between gaps. */
  readonly lines: readonly CurveLine[];
  /** The smoothed values; null without smoothing. */
  readonly smoothed: readonly CurveLine[] | null;
  /** Where values are not finite. */
  readonly notFinite: readonly { readonly value: 'NaN' | 'Infinity' | '-Infinity'; readonly x: readonly number[] }[];
  readonly best: CurvePoint | null;
  readonly last: CurvePoint | null;
  /** How many values the metric has. */
  readonly values: number;
  /** How many of them a logarithmic axis cannot show. */
  readonly notPositive: number;
}
