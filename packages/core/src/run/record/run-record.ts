import type { EngineInfo, Stats } from '../../backend/backend.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { FileSummary } from '../../fs/checksum.js';
import { decodeBest, type EncodedBest } from '../../metrics/log/decode-best.js';
import { decodeMetrics, type EncodedMetrics } from '../../metrics/log/decode-metrics.js';
import type { MeasuredMetrics } from '../../metrics/log/last-and-best.js';
import type { Direction } from '../../metrics/metric-direction.js';
import type { TrainingMemory } from '../../model/training-memory.js';
import type { Count } from '../../schema/count.js';
import { invalidField } from '../../schema/file-check.js';
import { isRunFile } from '../../schema/file-checks.generated.js';
import { type FormatVersion, formatVersion, isReadableVersion } from '../../schema/format-version.js';
import type { DType } from '../../tensor/tensor-data.js';
import type { RunInit } from './run-init.js';

/** `crashed` is never written: a `running` run whose process has died is shown as crashed. */
export type RunStatus = 'running' | 'completed' | 'stopped' | 'failed';

/** The process that last trained a run; enough to find out whether it is still alive. */
export interface RunProcess {
  readonly host: string;
  readonly pid: Count;
  /** Milliseconds since the Unix epoch; distinguishes processes with a reused PID. */
  readonly startTime: number;
  /** On Linux: PID namespace, boot ID and clock tick of its start. Unlike the time, not affected by clock changes. */
  readonly birth?: string;
}

/** The arrays of a batch, so that a model can be rebuilt without the data. */
export type BatchSignature = Readonly<Record<string, { readonly dtype: DType; readonly shape: readonly Count[] }>>;

/** The state of the git repository; uncommitted changes are in `git.diff`. */
export interface RunGit {
  readonly commit: string | null;
  readonly branch: string | null;
  readonly dirty: boolean;
  /** Changes that are not in `git.diff`, and why. */
  readonly omitted: readonly string[];
}

/** A time the run was resumed. */
export interface RunResume {
  readonly time: string;
  readonly step: Count;
  /** When the run had stopped before; if it was killed, its last heartbeat. ISO 8601, UTC. */
  readonly stopped?: string;
  /** The number of the code it was resumed with, if the code was corrected: see `code.<n>/`. */
  readonly code?: Count;
}

/** The backend that trained the run. */
export interface RunBackend {
  readonly name: string;
  readonly package: string;
  readonly version: string;
}

/** The run whose stored code and flags a run was started with. */
export interface RunOrigin {
  readonly experiment: string;
  readonly number: Count;
  /** When that run was created; ISO 8601, UTC. */
  readonly created: string;
  /** The number of its code, if that was corrected: see `code.<n>/`. */
  readonly code?: Count;
}

/** The sweep that a run is a trial of. */
export interface RunSweep {
  readonly id: string;
  readonly trial: Count;
}

/** The content of `run.json`. Fields that a later Forge adds are kept when the file is rewritten. */
export interface RunFile {
  readonly formatVersion: FormatVersion;
  readonly experiment: string;
  readonly number: Count;
  readonly status: RunStatus;
  /** When the run was created; ISO 8601, UTC. */
  readonly created: string;
  readonly ended: string | null;
  /** Why the run ended: the error, the signal, or what completed it before its limit. */
  readonly reason: string | null;
  /** The command line. */
  readonly command: readonly string[];
  /** The working directory of the command; of a rerun, that of the run it repeats. Relative paths start there. */
  readonly directory: string;
  readonly process: RunProcess;
  readonly host: Readonly<Record<string, string | number>>;
  readonly versions: Readonly<Record<string, string>>;
  readonly backend: RunBackend;
  readonly engine: EngineInfo;
  readonly git: RunGit | null;
  readonly batch: BatchSignature;
  /** What training was expected to take of the machine's memory, in bytes. Absent where the engine cannot tell. */
  readonly memory?: TrainingMemory;
  readonly step: Count;
  readonly epoch: Count;
  /** The latest metrics of each split. */
  readonly metrics: EncodedMetrics;
  /**
   * The best value of each metric whose direction is known, and the step it was measured at. Missing in runs of older
   * versions of Forge, and while a resume discards metrics: then it is computed from `metrics.jsonl`.
   */
  readonly best?: EncodedBest;
  /** Each time the run was resumed. */
  readonly resumes: readonly RunResume[];
  /** The direction of each metric that has one, by its address: `valid.loss`. */
  readonly directions: Readonly<Record<string, Direction>>;
  /** `in-memory`: the configs were objects of a script, and the run stores no code. */
  readonly code: 'stored' | 'in-memory';
  readonly sweep: RunSweep | null;
  /** Where the initial parameters are from, if they are another run's: `--init-from`. */
  readonly init?: RunInit;
  /** Size and checksum of each file in `preprocessing/`, by its name without `.json`. Absent where there is none. */
  readonly preprocessing?: Readonly<Record<string, FileSummary>>;
  /** Set where the run repeats another. */
  readonly rerunOf?: RunOrigin;
}

/** The decoded content of `run.json`: metrics and best are numbers. */
export interface RunRecord extends Omit<RunFile, 'metrics' | 'best'> {
  readonly metrics: Readonly<Record<string, Stats>>;
  readonly best?: MeasuredMetrics;
}

/** The fields that version 1 did not have. */
const sinceVersion1: Pick<RunFile, 'formatVersion' | 'directions' | 'code' | 'sweep'> = {
  formatVersion,
  directions: {},
  code: 'stored',
  sweep: null,
};

/**
 * Checks the parsed content of `run.json`. A record of version 1 is converted to version 2 in place: copies would slow
 * down a list of thousands.
 * @throws ForgeError RUN_INVALID naming the file and the field that is invalid
 */
export function checkRunRecord(value: Record<string, unknown>, file: string): RunRecord {
  if (!isReadableVersion(value.formatVersion)) {
    const version = JSON.stringify(value.formatVersion);
    throw invalid(file, `has format version ${version}; this Forge reads versions 1 to ${formatVersion}`);
  }
  if (value.formatVersion === 1) Object.assign(value, sinceVersion1);
  const field = invalidField(isRunFile, value);
  if (field !== undefined) throw invalid(file, `has an invalid "${field}"`);
  value.metrics = decodeMetrics(value.metrics as EncodedMetrics);
  if (value.best !== undefined) value.best = decodeBest(value.best as EncodedBest);
  return value as unknown as RunRecord;
}

function invalid(file: string, how: string): ForgeError {
  return new ForgeError('RUN_INVALID', `The run file ${file} ${how}.`, {
    about: file,
    hint: 'Restore it from a backup. The checkpoints next to it can be read without it.',
  });
}
