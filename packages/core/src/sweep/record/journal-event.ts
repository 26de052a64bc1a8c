import type { JobResult, PausePoint } from '../../jobs/job.js';
import type { RunProcess } from '../../run/record/run-record.js';
import type { Count } from '../../schema/count.js';
import type { ParameterValue, Space } from '../space/space.js';
import type { Budget } from './sweep-file.js';

/** A line of `results/<sweep>/journal.jsonl`. The controller is its only writer. `time`: milliseconds since 1970. */
export type JournalEvent = { readonly time: number } & (
  | { readonly type: 'controller'; readonly process: RunProcess }
  /** The sampler chose the parameters of a trial. */
  | {
      readonly type: 'trial';
      readonly trial: Count;
      readonly parameters: Readonly<Record<string, ParameterValue>>;
      /** Of Hyperband; null otherwise. */
      readonly bracket: Count | null;
    }
  /** The sampler has no more to try. */
  | { readonly type: 'exhausted' }
  /** Before jobs are given to the launcher. */
  | { readonly type: 'submit'; readonly batch: Count; readonly jobs: readonly SubmittedJob[] }
  /** After it: the launcher's id of each. */
  | { readonly type: 'submitted'; readonly batch: Count; readonly ids: readonly string[] }
  /** A job ended: its result, or null where it ended without one. */
  | {
      readonly type: 'job';
      readonly trial: Count;
      readonly repeat: Count;
      readonly attempt: Count;
      /** The number of its run; null where it has none. */
      readonly run: Count | null;
      readonly result: JobResult | null;
      /** Why there is no result: `killed by SIGKILL`, `node n2 failed`. */
      readonly reason: string | null;
    }
  /** Nothing more will be done for a trial. `stopped`: at a rung, for good. */
  | {
      readonly type: 'end';
      readonly trial: Count;
      readonly state: 'completed' | 'stopped' | 'failed';
      /** Means over its runs. */
      readonly values: readonly number[] | null;
      readonly reason: string | null;
    }
  /** Its checkpoints were removed. */
  | { readonly type: 'pruned'; readonly trial: Count }
  /** `forge sweep add`: a new budget, a narrower space. */
  | {
      readonly type: 'change';
      readonly budget?: Budget;
      readonly space?: Space;
      /** The file in `requests/` that asked for it, so that it is done once. */
      readonly request?: string;
    }
  /** No new trials, until the sweep is resumed. */
  | { readonly type: 'stop'; readonly reason: string }
);

export interface SubmittedJob {
  readonly trial: Count;
  readonly repeat: Count;
  readonly attempt: Count;
  readonly pauseAt: PausePoint | null;
}
