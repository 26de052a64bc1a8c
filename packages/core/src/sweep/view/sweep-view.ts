import type { JobResult } from '../../jobs/job.js';
import type { RunProcess } from '../../run/record/run-record.js';
import type { SweepFile } from '../record/sweep-file.js';
import type { ParameterValues } from '../space/space.js';

/** What is known of a sweep, from its files alone. Plain data. */
export interface SweepView {
  readonly folder: string;
  /** What was asked for; budget and space as `forge sweep add` changed them. */
  readonly sweep: SweepFile;
  /**
   * `running`: a controller works on it. `unattended`: no controller; jobs that it started may go on, no new one starts.
   * `stopped`: by `forge sweep stop`, Ctrl-C or the first failure. `completed`: nothing is left to do.
   */
  readonly status: 'running' | 'unattended' | 'stopped' | 'completed';
  /** Why it is stopped; null otherwise. */
  readonly reason: string | null;
  /** The last controller; null before the first. */
  readonly controller: ViewedController | null;
  /** All trials, by number from 1. */
  readonly trials: readonly ViewedTrial[];
  readonly counts: TrialCounts;
  /** The best trial of one objective, of several the Pareto front by its first; numbers of trials. */
  readonly best: readonly number[];
  /** Steps trained by all trials. */
  readonly steps: number;
  /** Seconds trained by all trials. */
  readonly seconds: number;
  /** How long controllers worked on it, s. */
  readonly elapsed: number;
  readonly remaining: RemainingWork;
}

export interface ViewedController {
  readonly process: RunProcess;
  /** Undefined: it is on another host, and only watching its heartbeat for seconds would show it. */
  readonly alive: boolean | undefined;
  /** When its heartbeat was last written, ms since 1970; null where there is none. */
  readonly heartbeat: number | null;
}

/** How many trials are in each state. */
export type TrialCounts = Readonly<Record<ViewedTrial['state'], number>>;

/** What is left. */
export interface RemainingWork {
  /** Trials of the budget not yet started; null for no limit. */
  readonly trials: number | null;
  readonly steps: number | null;
  readonly hours: number | null;
  /** An estimate of the time until the budget is used up, s; null where nothing is known yet. */
  readonly seconds: number | null;
}

export interface ViewedTrial {
  readonly trial: number;
  readonly parameters: ParameterValues;
  /**
   * `waiting`: for a free slot. `paused`: at a rung, to be continued perhaps. `stopped`: at a rung, for good.
   */
  readonly state: 'waiting' | 'running' | 'paused' | 'completed' | 'stopped' | 'failed';
  /** Means over its runs; null before the first. */
  readonly values: readonly number[] | null;
  /** Why it failed, or ended early. */
  readonly reason: string | null;
  /** Rungs reached. */
  readonly rungs: number;
  readonly bracket: number | null;
  /** Whether its checkpoints were removed. */
  readonly pruned: boolean;
  /** One for each repeat. */
  readonly runs: readonly ViewedRun[];
}

export interface ViewedRun {
  /** The number of its run folder in the experiment; null before it has one. */
  readonly number: number | null;
  /** How often it was submitted. */
  readonly attempts: number;
  /** How often its process was lost. */
  readonly losses: number;
  /** Whether a job of it is submitted. */
  readonly submitted: boolean;
  /** Of its last job that ended with one. */
  readonly result: JobResult | null;
}
