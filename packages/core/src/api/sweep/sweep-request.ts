import type { Objective } from '../../jobs/job.js';
import type { WatchOptions } from '../../run/lock/run-locked.js';
import type { SweepEnd, SweepHooks } from '../../sweep/controller/sweep-hooks.js';
import type { Budget, Halving, Method, Prune, SweepFile } from '../../sweep/record/sweep-file.js';
import type { SpaceDefinition } from '../../sweep/space/definitions.js';
import type { SweepView } from '../../sweep/view/sweep-view.js';
import type { StopInputs } from '../../train/stop/follow-stops.js';
import type { ConfigRequest } from '../prepare/config-request.js';

/** What `Forge.sweep` is asked for. Omitted fields have the default of `forge sweep`. */
export interface SweepRequest {
  /** The experiment of its runs, and the name of its folder. Default: the name that a run would have, and `-sweep`. */
  readonly name?: string;
  /** Configs and flags of every trial, as `Forge.config` takes them. */
  readonly config?: ConfigRequest;
  /** Definitions by flag: `{ learningRate: log(1e-5, 1e-2) }`. */
  readonly space: SpaceDefinition;
  readonly objectives: readonly (Pick<Objective, 'metric' | 'direction'> & Partial<Objective>)[];
  /** Default: tpe. */
  readonly method?: string | (Pick<Method, 'name'> & Partial<Method>);
  /** Seed of the sampler. Default: 0. */
  readonly seed?: number;
  /** `max` default: the limit of each run. */
  readonly halving?: (Pick<Halving, 'name'> & Partial<Halving>) | null;
  readonly budget?: Partial<Budget>;
  /** Default: 1. */
  readonly repeat?: number;
  /** Default: 2. */
  readonly retries?: number;
  readonly failFast?: boolean;
  readonly prune?: Prune;
  /** Default: local. */
  readonly launcher?: string;
  /** Jobs at once. Default: 1 for `local`, else as the launcher decides. */
  readonly workers?: number | null;
  /** The program that jobs are started with, and its words before `job FILE INDEX`. Default: this process's. */
  readonly program?: readonly [program: string, ...words: string[]];
  /** The command line to record. Default: this process's. */
  readonly command?: readonly string[];
}

/** A sweep that is checked and ready: nothing is written before `run`. */
export interface PreparedSweep {
  readonly sweep: SweepFile;
  readonly folder: string;
  /** Runs to the end of the budget, or until it is stopped. Call it once. */
  run(options?: SweepRunOptions): Promise<SweepEnd>;
  /** The state of a sweep that runs in this process, without reading files. */
  progress(): SweepView;
}

export interface SweepRunOptions extends StopInputs {
  readonly hooks?: SweepHooks;
}

/** `forge sweep add`: a larger budget, a narrower space. Amounts are added to what the sweep has. */
export interface SweepAddition {
  readonly trials?: number;
  readonly steps?: number;
  readonly hours?: number;
  readonly space?: SpaceDefinition;
  /** With `space`: the configs, where they are objects of a script. */
  readonly config?: Pick<ConfigRequest, 'data' | 'model'>;
}

/** What `stopSweep` and `addToSweep` did. `requested`: a live controller does it soon. */
export interface SweepChange {
  readonly name: string;
  readonly folder: string;
  readonly done: 'requested' | 'recorded';
  readonly budget: Budget;
}

export interface ResumeSweepOptions extends WatchOptions {
  /** The configs, where they are objects of a script. */
  readonly config?: Pick<ConfigRequest, 'data' | 'model'>;
  /** Jobs at once. Default: as before. */
  readonly workers?: number;
  readonly program?: readonly [program: string, ...words: string[]];
}
