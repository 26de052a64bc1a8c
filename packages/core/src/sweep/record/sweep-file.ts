import type { Objective } from '../../jobs/job.js';
import type { Count } from '../../schema/count.js';
import type { Space } from '../space/space.js';

/** The version of `sweep.json` and `journal.jsonl`. */
export const sweepVersion = 1;

/** The content of `results/<sweep>/sweep.json`: what was asked for. Never rewritten; changes are in the journal. */
export interface SweepFile {
  readonly sweepVersion: typeof sweepVersion;
  /** Also in `run.json` of each run of the sweep. */
  readonly id: string;
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly command: readonly string[];
  readonly directory: string;
  readonly space: Space;
  readonly objectives: readonly Objective[];
  readonly method: Method;
  /** Seed of the sampler. */
  readonly seed: Count;
  readonly halving: Halving | null;
  readonly budget: Budget;
  /** Runs of each trial, with the seeds seed, seed + 1, … */
  readonly repeat: Count;
  /** How often to repeat a trial whose process crashed or was lost. */
  readonly retries: Count;
  /** Whether the first failed trial ends the sweep. */
  readonly failFast: boolean;
  readonly prune: Prune;
  readonly launcher: { readonly name: string; readonly flags: Readonly<Record<string, unknown>> };
  /** Jobs at once; null as the launcher decides. */
  readonly workers: Count | null;
}

/** How parameters are chosen: grid, random, sobol, tpe, or a plugin's sampler. */
export interface Method {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Successive halving: trials pause at rungs, and the best 1/reduction of each rung go on (ASHA: Li et al., A System for
 * Massively Parallel Hyperparameter Tuning, 2020; Hyperband: Li et al., 2018).
 */
export interface Halving {
  readonly name: 'asha' | 'hyperband';
  readonly reduction: number;
  /** The first rung. */
  readonly min: Count;
  /** The limit of every trial. */
  readonly max: Count;
  readonly unit: 'steps' | 'epochs';
}

/** Ends the sweep when one of them is used up; null for no limit. */
export interface Budget {
  readonly trials: Count | null;
  /** Steps trained by all trials together. */
  readonly steps: Count | null;
  /** Since the sweep was started, without pauses of the controller. */
  readonly hours: number | null;
}

/** Which checkpoints of ended or paused trials are removed: none, of those that cannot go on, or all but of the best N. */
export type Prune = { readonly kind: 'none' | 'hopeless' } | { readonly kind: 'best'; readonly count: Count };
