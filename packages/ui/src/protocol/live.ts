import type { RunId } from './overview.js';
import type { ShownStatus } from './table.js';

/*
 * Server-sent events: `GET /api/events?runs=ID,ID&cursor=BYTE,BYTE&table=1&log=ID&logFrom=BYTE&received=ID`. The id of an
 * event is the cursor: the bytes received of each followed file. A connection that is lost continues from `Last-Event-ID`, one
 * that the page has closed from `received`, the first one from the parameters `cursor` and `logFrom`. One with either id gets
 * the status of every run, also with an empty id: runs may have ended since the page read them.
 */

/** New values of a run that trains: event `metrics`. */
export interface MetricsEvent {
  readonly run: RunId;
  /** The bytes of `metrics.jsonl` that they are from. */
  readonly from: number;
  readonly to: number;
  /** By address of the metric, in the order of the file. */
  readonly points: Readonly<Record<string, LivePoints>>;
}

/** Columns of equal length. */
export interface LivePoints {
  readonly step: readonly number[];
  readonly epoch: readonly number[];
  /** Milliseconds since the Unix epoch. */
  readonly time: readonly number[];
  readonly value: readonly number[];
}

/** A resume has cut the metrics: what was read must be read again. Event `restart`. */
export interface RestartEvent {
  readonly run: RunId;
}

/** The state of a followed run has changed: event `status`. */
export interface StatusEvent {
  readonly run: RunId;
  readonly status: ShownStatus;
  readonly reason: string | null;
  readonly step: number;
  readonly epoch: number;
  readonly seconds: number | null;
  /** New checkpoints, or other changes: the page asks for the run again. */
  readonly changed: boolean;
}

/** The table has changed: the page asks for its rows again. Event `table`, the first at once, then at most one a second. */
export interface TableEvent {
  readonly version: number;
  readonly total: number;
  readonly running: number;
}

/** New text of the console log: event `log`. */
export interface LogEvent {
  readonly run: RunId;
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** What a page follows. */
export interface Following {
  readonly runs: readonly RunId[];
  /** The bytes from which on values are wanted, in the order of the runs. */
  readonly cursors: readonly number[];
  readonly table: boolean;
  readonly log: RunId | null;
  /** The byte from which on text is wanted, the `to` of what was read before. Default: what is written from now on. */
  readonly logFrom?: number;
}
