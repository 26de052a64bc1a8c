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

/** What an update has read. */
export interface SeriesUpdate {
  /** Whether the file was cut or replaced, as by a resume: everything was read again. */
  readonly restarted: boolean;
  /** The bytes of the file that were read before and after: the ends of whole lines. */
  readonly from: number;
  readonly to: number;
}

/** Receives each value as it is read. */
export interface SeriesListener {
  read(metric: number, value: MetricValue): void;
  /** Called before everything is read again. */
  restart(): void;
}

/** What a curve needs to know of its run: `run.json` has it. */
export type SeriesRecord = Pick<RunRecord, 'created' | 'resumes' | 'directions'>;
