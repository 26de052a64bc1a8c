import { statSync } from 'node:fs';
import { join } from 'node:path';
import { heartbeatInterval } from './heartbeat.js';
import { isProcessAlive } from './host-info.js';
import type { RunProcess, RunStatus } from './run-record.js';

/** A run's status as a person should see it. */
export type ShownStatus = RunStatus | 'crashed';

interface RunAtWork {
  readonly status: RunStatus;
  readonly process: RunProcess | null;
}

/**
 * A run that says it is running, but whose process is gone: told by pid and start time on this host, and by a
 * heartbeat that has stopped on any other.
 */
export function shownStatus(run: RunAtWork, folder: string): ShownStatus {
  if (run.status !== 'running' || run.process === null) return run.status;
  const alive = isProcessAlive(run.process) ?? heartbeatIsFresh(folder);
  return alive ? 'running' : 'crashed';
}

function heartbeatIsFresh(folder: string): boolean {
  // Gone: somebody has removed the run since its record was read.
  const beat = statSync(join(folder, 'run.json'), { throwIfNoEntry: false });
  return beat !== undefined && Date.now() - beat.mtimeMs < 6 * heartbeatInterval;
}
