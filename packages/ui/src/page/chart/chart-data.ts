import type { Line } from '../../protocol/curves.js';
import type { RunId } from '../../protocol/overview.js';

/** A part of the horizontal axis, in its unit. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** How a run looks in every chart of a page, and what happened to it. */
export interface ChartRun {
  readonly id: RunId;
  /** `churn/12` */
  readonly label: string;
  /** A position in the palette of runs. */
  readonly color: number;
  /** 0 for the first runs of a page, whose colors differ; 1 for the next ones. */
  readonly cycle: number;
  /** Where it was resumed and where it has checkpoints, in the unit of the axis. */
  readonly resumes?: readonly number[];
  readonly checkpoints?: readonly number[];
}

/** Runs that differ only in their seed, as the area between two lines and the line in the middle. */
export interface Band {
  /** What the legend and the table of values call it. */
  readonly label: string;
  readonly color: number;
  readonly low: Line;
  readonly high: Line;
  readonly median: Line;
}
