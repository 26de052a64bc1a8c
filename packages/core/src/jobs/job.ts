import type { Direction } from '../metrics/metric-direction.js';
import type { RunProcess } from '../run/record/run-record.js';
import type { Count } from '../schema/count.js';

/** One job, a line of a batch's `jobs.jsonl`: `forge job FILE INDEX` does it. */
export interface Job {
  /** A run of its own: the arguments of `forge train`. */
  readonly train?: { readonly argv: readonly string[] };
  /** A part of a trial of a sweep: trains its run to the end, or to the next pause. */
  readonly trial?: TrialJob;
  /** The file in which the job records its run and result, absolute. */
  readonly record: string;
  /** From 1, higher for each later job of the same record, also to go on after a pause. It replaces those before it. */
  readonly attempt: Count;
  /** The launcher that runs it, and the values of its plugin's flags; null where it has no part inside the job. */
  readonly launcher: { readonly name: string; readonly flags: Readonly<Record<string, unknown>> } | null;
}

export interface TrialJob {
  /** The sweep's folder, absolute. */
  readonly sweep: string;
  readonly id: string;
  readonly trial: Count;
  /** Which of the trial's runs, from 0: they differ in the seed. */
  readonly repeat: Count;
  /** The values of its flags: parameters, and the seed. */
  readonly flags: Readonly<Record<string, number | string | boolean | null>>;
  /** Stop there, as at a limit, to be continued perhaps; null to train to the end. */
  readonly pauseAt: PausePoint | null;
  readonly objectives: readonly Objective[];
}

export interface PausePoint {
  readonly unit: 'steps' | 'epochs';
  readonly at: Count;
}

/** What a sweep optimizes. */
export interface Objective {
  /** `valid.rmse` */
  readonly metric: string;
  readonly direction: Direction;
  /** The best value of the run, or its last. */
  readonly value: 'best' | 'last';
}

/** The content of a job's record file, written by the job alone. */
export interface JobRecord {
  readonly attempt: Count;
  /** How often the launcher started this attempt again. */
  readonly restart: Count;
  readonly process: RunProcess;
  /** Null until the run has its folder. `results`: the folder of all experiments, absolute, of a run of its own. */
  readonly run: { readonly results?: string; readonly experiment: string; readonly number: Count } | null;
  /** Null until the job has ended, or where it ended without a word. */
  readonly result: JobResult | null;
}

export interface JobResult {
  /**
   * `paused`: at its pause point. `interrupted`: saved and stopped, to go on later. `refused`: before a run was made.
   * `superseded`: a later attempt has replaced this one, whose record has the result.
   */
  readonly status: 'completed' | 'paused' | 'interrupted' | 'failed' | 'refused' | 'superseded';
  /** The error, the signal, or why it ended early. */
  readonly reason: string | null;
  /** What the launcher does with an interrupted job by itself; absent for nothing. */
  readonly again?: 'requeued' | 'resubmitted';
  /** The values of the objectives, where all are finite. */
  readonly values: readonly number[] | null;
  readonly step: Count;
  /** Epochs finished. */
  readonly epoch: Count;
  /** Wall time of the training, of this attempt and those before it, s. */
  readonly seconds: number;
}
