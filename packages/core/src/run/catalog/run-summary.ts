import type { ForgeError } from '../../errors/forge-error.js';
import type { RunFolder } from '../folder/run-folder.js';
import type { RunProcess, RunRecord } from '../record/run-record.js';

/** What a list shows of a run: a part of its `run.json`. */
export interface RunSummary
  extends Pick<RunRecord, 'status' | 'reason' | 'step' | 'epoch' | 'metrics' | 'ended' | 'resumes'> {
  /** When it was begun; ISO 8601, UTC. */
  readonly created: string;
  /** When it was last taken up again; null where it never was. */
  readonly resumed: string | null;
  /** Which process works on it, where it says that one does; else null. */
  readonly process: RunProcess | null;
  readonly backend: string;
  readonly engine: string;
}

/** A numbered folder, and what its `run.json` says, or why it says nothing. */
export interface SummarisedRun {
  readonly folder: RunFolder;
  /** When it was begun, ISO 8601, UTC; null where its `run.json` says nothing. */
  readonly created: string | null;
  /** Read when it is asked for, where nothing else needs it: a list of thousands shows few. */
  summary(): RunSummary | ForgeError;
}

export function summarise(record: RunRecord): RunSummary {
  const { status, reason, step, epoch, metrics, created, ended, process, resumes } = record;
  const resumed = resumes.at(-1)?.time ?? null;
  const { name: backend } = record.backend;
  return {
    status,
    reason,
    step,
    epoch,
    metrics,
    created,
    ended,
    resumed,
    resumes,
    process: status === 'running' ? process : null,
    backend,
    engine: record.engine.engine,
  };
}
