import type { Stats } from '@forge-ml/core';

/** A checkpoint of a run, measured on one of its data's splits. */
export interface Evaluation {
  /** The run's folder. */
  readonly run: string;
  readonly experiment: string;
  readonly number: number;
  readonly step: number;
  readonly split: string;
  /** Averaged over the split, each batch counting by its size. */
  readonly metrics: Stats;
}
