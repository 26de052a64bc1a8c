import type { Engine } from '../../backend/backend.js';
import type { CodeCapture } from '../../code/capture-code.js';
import type { ResolvedFlags } from '../../config/flags/resolve-flags.js';
import type { ConfigModule } from '../../config/loader/config-module.js';
import type { FileRead } from '../../config/loader/file-reads.js';
import type { MetricAddress } from '../../metrics/metric-address.js';
import type { BackendSource } from '../../plugins/registry/backend-registry.js';
import type { RunFolder } from '../../run/folder/run-folder.js';
import type { GitState } from '../../run/git/git-state.js';
import type { UnlockedRun } from '../../run/lock/run-locked.js';
import type { RunInit } from '../../run/record/run-init.js';
import type { RunOrigin, RunRecord, RunSweep } from '../../run/record/run-record.js';
import type { RunFlagValues } from '../../train/run-flags.js';
import type { RunPlugins } from './run-plugins.js';

/** A data config and a model config with the values of all flags, on a started engine, which `await using` releases. */
export interface PreparedRun<Values = Readonly<Record<string, unknown>>> extends AsyncDisposable {
  /** The value of every flag: the run's, both configs', the plugins' and the script's. */
  readonly values: Values & RunFlagValues & Readonly<Record<string, unknown>>;
  /** The same, each with where it came from. */
  readonly flags: ResolvedFlags;
  readonly data: ConfigModule;
  readonly model: ConfigModule;
  readonly backend: BackendSource;
  readonly engine: Engine;
  /** The sinks, hooks and checkpoint store that it asks for. */
  readonly plugins: RunPlugins;
  /** The configs' code, to be stored; null for a resumed run that uses its stored code, and for configs in memory. */
  readonly code: CodeCapture | null;
  /** Whether the configs are objects of a script: the run stores no code. */
  readonly inMemory: boolean;
  /** What the configs have read so far, by path. */
  readonly reads: ReadonlyMap<string, FileRead>;
  /** Whether `--dry-run` was given: then it is not trained. */
  readonly dryRun: boolean;
  /** The run that is resumed, where it is one. */
  readonly reopened: ReopenedRun | null;
  /** What a new run with stored code and flags takes over from where they are stored. */
  readonly startsFrom?: StoredStart;
  /** Metrics that its evaluations must report: what a sweep optimizes. */
  readonly objectives?: readonly MetricAddress[];
  /** Called once a new run has its folder, before `run.json` makes it a run. */
  readonly onFolder?: (folder: RunFolder) => Promise<void>;
}

export interface StoredStart {
  /** The default experiment of the new run. */
  readonly experiment: string;
  /** Where relative paths among its flags and in its code start. */
  readonly directory: string;
  /** The repository that its code is of. */
  readonly git: GitState | null;
  /** The run that it repeats; null for a trial. */
  readonly origin: RunOrigin | null;
  /** The sweep that it is a trial of. */
  readonly sweep: RunSweep | null;
  /** The parameters that it began with, in its folder, if they were another run's; null if a flag names others now. */
  readonly init: { readonly run: string; readonly info: RunInit } | null;
}

export interface ReopenedRun {
  readonly folder: RunFolder;
  readonly record: RunRecord;
  /** Shows later whether its last process is still running. */
  readonly notBusy: UnlockedRun;
  /** What may change the training data: the flags with new values, and whether the code may be other code. */
  readonly changed: { readonly flags: readonly string[]; readonly code: boolean };
  /** Whether to restart the epoch from its first batch. */
  readonly restartEpoch: boolean;
}
