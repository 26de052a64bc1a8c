import type { Band } from '@forge-ml/plot';
import type { RunId } from '../../protocol/overview.js';

/** A part of an axis, in its unit. */
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
  readonly resumes: readonly number[];
  readonly checkpoints: readonly number[];
}

/** Runs that differ only in their seed: the median, and the area around it. */
export interface ChartBand {
  /** What the shared cursor emphasizes. */
  readonly id: string;
  /** `hidden 64` */
  readonly label: string;
  readonly color: number;
  /** 0 for a solid line. */
  readonly dash: number;
  /** What it is of. */
  readonly split: string;
  readonly name: string;
  /** Between gaps. */
  readonly bands: readonly Band[];
}
