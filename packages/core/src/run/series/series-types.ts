import type { MetricValue } from '../../metrics/curves/curve.js';
import type { RunRecord } from '../record/run-record.js';

/** A metric of a run, and how many values it has. */
export interface SeriesMetric {
  /** `valid.loss` */
  readonly metric: string;
  readonly split: string;
  readonly name: string;
  readonly count: number;
}

/** Values of a metric that were read since the last update. */
export interface NewValues extends Omit<SeriesMetric, 'count'> {
  /** The position of the first: how many values the metric had before. */
  readonly from: number;
  readonly values: readonly MetricValue[];
}

/** What an update has read. */
export interface SeriesUpdate {
  /** Whether the file was cut or replaced, as by a resume: everything was read again, and no values are listed. */
  readonly restarted: boolean;
  /** The bytes of the file that were read before and after: the ends of whole lines. */
  readonly from: number;
  readonly to: number;
  readonly added: readonly NewValues[];
}

/** Receives each value as it is read. */
export interface SeriesListener {
  read(metric: number, value: MetricValue): void;
  /** Called before everything is read again. */
  restart(): void;
}

/** What a curve needs to know of its run: `run.json` has it. */
export type SeriesRecord = Pick<RunRecord, 'created' | 'resumes' | 'directions'>;
