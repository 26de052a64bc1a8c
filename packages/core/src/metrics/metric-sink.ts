import type { Stats } from '../backend/backend.js';

/** One report: named numbers at a step. */
export interface MetricRecord {
  /** Updates done when it was measured. */
  readonly step: number;
  readonly epoch: number;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  /** `train`, `valid`, or a user's own word. */
  readonly split: string;
  readonly values: Stats;
}

/** How the run ended whose metrics a sink was told. */
export interface MetricsEnd {
  readonly status: 'completed' | 'stopped' | 'failed';
}

/**
 * Where metrics go. Writing never waits: what is buffered reaches its place by `flush`, which is called at each
 * checkpoint. A plugin's flush is not waited for, nor called again before it is done; its close is, for ten seconds.
 */
export interface MetricSink {
  /** Whether what a failed call could not write is kept, and written by a later one; left out, it is not. */
  readonly retries?: boolean;
  write(record: MetricRecord): void;
  flush(): void | Promise<void>;
  /** @param end left out where the sink is closed for another reason than the run's end */
  close(end?: MetricsEnd): void | Promise<void>;
}
