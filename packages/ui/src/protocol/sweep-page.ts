import type { RunId, SweepId } from './overview.js';
import type { Cell, Direction } from './table.js';

/** `GET /api/sweeps` */
export interface SweepList {
  readonly sweeps: readonly {
    readonly id: SweepId;
    readonly name: string;
    /** `damaged`: its files cannot be read. */
    readonly status: SweepPage['status'] | 'damaged';
    readonly trials: number;
  }[];
}

/** A sweep. `GET /api/sweep/ID` */
export interface SweepPage {
  readonly id: SweepId;
  readonly name: string;
  readonly status: 'running' | 'unattended' | 'stopped' | 'completed';
  readonly reason: string | null;
  readonly method: string;
  readonly objectives: readonly { readonly metric: string; readonly direction: Direction }[];
  readonly parameters: readonly SweepParameter[];
  readonly trials: readonly SweepTrial[];
  /** Numbers of the best trial, or of those of the Pareto front. */
  readonly best: readonly number[];
  readonly counts: Readonly<Record<SweepTrial['state'], number>>;
  readonly seconds: number;
  readonly elapsed: number;
  readonly remaining: {
    readonly trials: number | null;
    readonly steps: number | null;
    readonly hours: number | null;
    readonly seconds: number | null;
  };
  readonly importance: readonly { readonly name: string; readonly importance: number }[];
  /** Commands to copy: show its state, resume it, stop it, add trials. */
  readonly commands: readonly { readonly title: string; readonly command: string }[];
}

export interface SweepParameter {
  readonly name: string;
  /** `log 1e-5 .. 1e-1`, `{relu, tanh}` */
  readonly range: string;
  readonly isLog: boolean;
  readonly isCategory: boolean;
}

export interface SweepTrial {
  readonly trial: number;
  readonly state: 'waiting' | 'running' | 'paused' | 'completed' | 'stopped' | 'failed';
  /** In the order of the parameters; null for one that a condition excludes. */
  readonly parameters: readonly Cell[];
  /** In the order of the objectives; null before the first. */
  readonly values: readonly number[] | null;
  readonly reason: string | null;
  readonly rungs: number;
  readonly steps: number | null;
  readonly runs: readonly RunId[];
}
