import type { RunId } from './overview.js';
import type { Direction, ShownStatus } from './table.js';

/** `time`: seconds since the run was created. `clock`: seconds since the Unix epoch. */
export type Axis = 'step' | 'epoch' | 'time' | 'clock';

/** How many metrics a request may ask for. */
export const mostMetrics = 100;

/** Curves for drawing. The body of `POST /api/curves`. */
export interface CurvesRequest {
  readonly runs: readonly RunId[];
  /** Addresses: `valid.loss`. A run that does not have one of them has no curve for it. */
  readonly metrics: readonly string[];
  readonly axis: Axis;
  /** The range of the horizontal axis, in its unit; null for the start and the end of each curve. */
  readonly from: number | null;
  readonly to: number | null;
  /** Pixels of the screen across that range. */
  readonly width: number;
  readonly logX: boolean;
  readonly logY: boolean;
  /** The weight of the exponential average, from 0 (none) to less than 1. */
  readonly smooth: number;
}

export interface CurvePoint {
  readonly x: number;
  readonly step: number;
  readonly epoch: number;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  readonly value: number;
}

/** A line without gaps. */
export interface Line {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** The curve of a metric of a run: every pixel column has its first, lowest, highest and last point. */
export interface Curve {
  readonly run: RunId;
  readonly metric: string;
  readonly split: string;
  readonly name: string;
  readonly direction: Direction | null;
  /** The finite values, in lines between gaps. */
  readonly lines: readonly Line[];
  /** Null without smoothing. */
  readonly smoothed: readonly Line[] | null;
  /** Where values are not finite. */
  readonly notFinite: readonly { readonly value: 'NaN' | 'Infinity' | '-Infinity'; readonly x: readonly number[] }[];
  /** Of the whole run. */
  readonly best: CurvePoint | null;
  readonly last: CurvePoint | null;
  /** How many values the metric has in the run. */
  readonly values: number;
  /** How many of them a logarithmic axis cannot show. */
  readonly notPositive: number;
}

/** What the curves of a run have in common. */
export interface CurvesOfRun {
  readonly run: RunId;
  readonly status: ShownStatus;
  /** When it was created, milliseconds since the Unix epoch. */
  readonly created: number;
  /** Where it was resumed. */
  readonly resumes: readonly number[];
  /** Where it has checkpoints. */
  readonly checkpoints: readonly number[];
  /** The last step and epoch of the whole run, which tell how far an axis reaches. */
  readonly end: CurvePoint | null;
  /** Null if epochs differ in length. */
  readonly stepsPerEpoch: number | null;
  /** The byte of `metrics.jsonl` up to which these curves reach: where live updates continue. */
  readonly cursor: number;
}

export interface Curves {
  readonly curves: readonly Curve[];
  readonly runs: readonly CurvesOfRun[];
  /** Runs that cannot be read, and why. */
  readonly failed: readonly { readonly run: RunId; readonly message: string }[];
}
