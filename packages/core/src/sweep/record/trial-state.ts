import type { JobResult } from '../../jobs/job.js';
import type { ParameterValues } from '../space/space.js';

/** A trial as the journal tells it. Changed by the state alone. */
export interface TrialState {
  readonly trial: number;
  readonly parameters: ParameterValues;
  readonly bracket: number | null;
  /** `ended`: nothing more is done for it, see `end`. */
  phase: 'training' | 'paused' | 'ended';
  end: TrialEnd['state'] | null;
  /** Means over its runs, of when all of them last paused or ended. */
  values: readonly number[] | null;
  reason: string | null;
  /** Rungs reached. */
  rungs: number;
  /** Steps or epochs trained, as the rungs count; null before the first rung. */
  trained: number | null;
  pruned: boolean;
  readonly runs: readonly RunState[];
}

export interface RunState {
  number: number | null;
  /** How often it was submitted. */
  attempts: number;
  /** How often its process was lost, as far as that counts as a retry. */
  losses: number;
  result: JobResult | null;
  /** `waiting` to be submitted; `submitted`; `paused` at a rung; `completed` or `failed` for good. */
  phase: 'waiting' | 'submitted' | 'paused' | 'completed' | 'failed';
  /** Why it failed. */
  reason: string | null;
}

/** How a trial ended: the fields of the event `end`. */
export interface TrialEnd {
  readonly state: 'completed' | 'stopped' | 'failed';
  readonly values: readonly number[] | null;
  readonly reason: string | null;
}
