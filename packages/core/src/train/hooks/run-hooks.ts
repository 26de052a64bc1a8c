import type { Stats } from '../../backend/backend.js';
import type { MetricRecord } from '../../metrics/metric-sink.js';
import type { RunControl } from './run-control.js';

/** The progress of a training run. */
export interface Progress {
  /** Updates done. */
  readonly step: number;
  /** The epoch of the last update, from 0. */
  readonly epoch: number;
  /** Updates at the end of training; undefined if unknown. */
  readonly totalSteps: number | undefined;
}

/**
 * Called during a run; the loop waits for a returned promise. If a hook given to `Forge.train` throws, the run ends as
 * failed; a plugin's hook is disabled with a warning. `control.stop(reason)` ends the run as completed.
 */
export interface RunHooks {
  start?(progress: Progress, control: RunControl): void | Promise<void>;
  step?(progress: Progress, control: RunControl): void;
  report?(record: MetricRecord, control: RunControl): void;
  checkpoint?(saved: { readonly step: number; readonly path: string }, control: RunControl): void | Promise<void>;
  end?(end: {
    readonly status: 'completed' | 'stopped' | 'failed';
    /** Why it ended before its limits, or the error. */
    readonly reason: string | null;
    readonly progress: Progress;
    readonly metrics: Readonly<Record<string, Stats>>;
  }): void | Promise<void>;
}
