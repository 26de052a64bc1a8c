import type { Stats } from '../backend/backend.js';
import type { MediaValue } from './media-value.js';

/** One report: named metrics at a step. It never changes. */
export interface MetricRecord {
  /** Optimizer updates done. */
  readonly step: number;
  readonly epoch: number;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  /** `train`, `valid`, or a custom name. */
  readonly split: string;
  readonly values: Stats;
}

/** An image, a text, a histogram or a table that was logged at a step. */
export interface MediaRecord extends Omit<MetricRecord, 'values'> {
  readonly name: string;
  readonly value: MediaValue;
}

/** How the run ended. */
export interface MetricsEnd {
  readonly status: 'completed' | 'stopped' | 'failed';
}

/**
 * A destination of metrics. `write` only buffers; `flush`, called at each checkpoint, writes what is buffered. The flush
 * of a plugin's sink is not awaited, and not called again before it has finished; its close is awaited for ten seconds.
 */
export interface MetricSink {
  /** Whether the sink keeps what a failed call could not write, for a later call. Default: false. */
  readonly retries?: boolean;
  write(record: MetricRecord): void;
  /** Absent for a sink of numbers only. */
  writeMedia?(record: MediaRecord): void;
  flush(): void | Promise<void>;
  /** @param end omitted when the sink is closed for another reason than the end of the run */
  close(end?: MetricsEnd): void | Promise<void>;
}
