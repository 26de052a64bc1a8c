import type { RunRecord } from './run-record.js';

/** What a list shows of a run: a part of its `run.json`. */
export interface RunSummary
  extends Pick<RunRecord, 'status' | 'reason' | 'step' | 'epoch' | 'metrics' | 'ended' | 'process'> {
  /** When it was begun; ISO 8601, UTC. */
  readonly created: string;
  /** When it was last taken up again; null where it never was. */
  readonly resumed: string | null;
  readonly backend: string;
  readonly engine: string;
}

export function summarise(record: RunRecord): RunSummary {
  const { status, reason, step, epoch, metrics, created, ended, process } = record;
  const resumed = record.resumes.at(-1)?.time ?? null;
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
    process,
    backend,
    engine: record.engine.engine,
  };
}
