import type { ForgeError } from '../../errors/forge-error.js';
import type { RunFolder } from '../folder/run-folder.js';
import type { RunProcess, RunRecord } from '../record/run-record.js';

/** The part of a `run.json` that a list of runs shows. */
export interface RunSummary
  extends Pick<
    RunRecord,
    'status' | 'reason' | 'step' | 'epoch' | 'metrics' | 'best' | 'directions' | 'ended' | 'resumes' | 'git'
  > {
  /** When the run was created; ISO 8601, UTC. */
  readonly created: string;
  /** When the run was last resumed; null if it never was. */
  readonly resumed: string | null;
  /** The process that trains it, if its status is running; else null. */
  readonly process: RunProcess | null;
  readonly backend: string;
  readonly engine: string;
  /** The host it was created on; null if unknown. */
  readonly host: string | null;
}

/** A run's folder, and the summary of its `run.json` or the error of reading it. */
export interface SummarisedRun {
  readonly folder: RunFolder;
  /** When the run was created, ISO 8601, UTC; null if its `run.json` cannot be read. */
  readonly created: string | null;
  /** Read on demand: a list of thousands shows few. */
  summary(): RunSummary | ForgeError;
}

export function summarise(record: RunRecord): RunSummary {
  const { status, reason, step, epoch, metrics, best, directions, created, ended, process, resumes, git, host } =
    record;
  const resumed = resumes.at(-1)?.time ?? null;
  const { name: backend } = record.backend;
  return {
    status,
    reason,
    step,
    epoch,
    metrics,
    ...(best === undefined ? {} : { best }),
    directions,
    git,
    created,
    ended,
    resumed,
    resumes,
    process: status === 'running' ? process : null,
    backend,
    engine: record.engine.engine,
    host: host.hostname === undefined ? null : String(host.hostname),
  };
}
