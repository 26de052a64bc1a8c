import type { ParameterValues } from '../space/space.js';

/** What a controller reports while it works. */
export interface SweepHooks {
  /** A job of a trial was submitted. `continued`: from a rung, or after an interruption. */
  onSubmit?(job: SubmittedTrial): void;
  /** A trial reached a rung, or ended. */
  onTrial?(trial: ReportedTrial): void;
  /** A job ended without a result, and is submitted again. */
  onRetry?(job: { readonly trial: number; readonly repeat: number; readonly reason: string }): void;
  /** The launcher failed; the sweep tries again after some seconds. */
  onLauncherFailure?(failure: { readonly error: unknown; readonly seconds: number }): void;
  /** What the user should know, but does not end the sweep. */
  onWarning?(message: string): void;
  /** Something changed: time to read `progress()`. Called at most once a second. */
  onChange?(): void;
}

export interface SubmittedTrial {
  readonly trial: number;
  readonly repeat: number;
  readonly parameters: ParameterValues;
  readonly continued: boolean;
}

export interface ReportedTrial {
  readonly trial: number;
  readonly parameters: ParameterValues;
  readonly state: 'paused' | 'completed' | 'stopped' | 'failed';
  readonly values: readonly number[] | null;
  readonly reason: string | null;
  /** The numbers of its runs. */
  readonly runs: readonly number[];
  /** Whether it is the best so far, of several objectives on the Pareto front. */
  readonly best: boolean;
}

/** How the work of a controller ended. */
export interface SweepEnd {
  /**
   * `completed`: nothing is left. `stopped`: by `forge sweep stop`, or the first failure with `--fail-fast`.
   * `interrupted`: by the signal; `--resume` continues it.
   */
  readonly status: 'completed' | 'stopped' | 'interrupted';
  readonly reason: string | null;
  /** Whether jobs go on without the controller. */
  readonly jobsRunning: number;
}
