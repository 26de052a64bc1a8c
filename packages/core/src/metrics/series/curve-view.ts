import type { CurveAxis } from '../curves/curve.js';

/** Which part of a curve is drawn, and how. */
export interface CurveView {
  readonly axis: CurveAxis;
  /** Which axes are logarithmic: they show positive numbers only. */
  readonly log: { readonly x: boolean; readonly y: boolean };
  /** The weight of an exponential average of all values: from 0 (none) to less than 1. */
  readonly smooth: number;
  /** The width of what is drawn, in device pixels. */
  readonly width: number;
  /** The ends of what is drawn, in the unit of the axis. Default: those of the curve. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** What places the values of a run on the axes. */
export interface RunTimes {
  /** Undefined if epochs differ: then the epoch axis shows the recorded epochs. */
  readonly stepsPerEpoch: number | undefined;
  /** Where the time axis starts, milliseconds since the Unix epoch. */
  readonly origin: number;
  /** The times at which training continued after a pause, ascending. Lines of the time axis end there. */
  readonly resumed: readonly number[];
}
