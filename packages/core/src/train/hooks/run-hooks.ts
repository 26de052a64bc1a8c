import type { Stats } from '../../backend/backend.js';
import type { MetricRecord } from '../../metrics/metric-sink.js';

/** Where a training run stands. */
export interface Progress {
  /** Updates done. */
  readonly step: number;
  /** The epoch the last update belonged to, from 0. */
  readonly epoch: number;
  /** Updates that will have been done at the end, where it is known. */
  readonly totalSteps: number | undefined;
}

/**
 * Called as a run goes on; returning a promise makes the loop wait. One given to `Forge.train` that throws ends the run
 * as failed; a plugin's is left out from then on, after a warning.
 */
export interface RunHooks {
  start?(progress: Progress): void | Promise<void>;
  step?(progress: Progress): void;
  report?(record: MetricRecord): void;
  checkpoint?(saved: { readonly step: number; readonly path: string }): void | Promise<void>;
  end?(end: {
    readonly status: 'completed' | 'stopped' | 'failed';
    readonly progress: Progress;
    readonly metrics: Readonly<Record<string, Stats>>;
  }): void | Promise<void>;
}
