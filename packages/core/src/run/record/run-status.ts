import { statSync } from 'node:fs';
import { join } from 'node:path';
import { beyondClocks } from './heartbeat.js';
import { isProcessAlive } from './host-info.js';
import type { RunProcess, RunStatus } from './run-record.js';

/** A run's status as a person should see it. */
export type ShownStatus = RunStatus | 'crashed';

interface RunAtWork {
  readonly status: RunStatus;
  readonly process: RunProcess | null;
}

/** How far the clocks of two hosts may differ, and how long a process may be silent, before it is shown as crashed, ms. */
export const shownTolerance = 10 * 60_000;

/**
 * A run that says it is running, but whose process is gone: told by pid and start time on this host, and by a
 * heartbeat that stopped long ago on any other. An answer at once, for display: before a run is taken over its
 * heartbeat is watched, see `mustNotBeBusy`.
 */
export function shownStatus(run: RunAtWork, folder: string): ShownStatus {
  if (run.status !== 'running' || run.process === null) return run.status;
  const alive = isProcessAlive(run.process) ?? heartbeatIsFresh(folder);
  return alive ? 'running' : 'crashed';
}

function heartbeatIsFresh(folder: string): boolean {
  // Gone: somebody has removed the run since its record was read.
  const beat = statSync(join(folder, 'run.json'), { throwIfNoEntry: false });
  if (beat === undefined) return false;
  const age = Date.now() - beat.mtimeMs;
  return age < shownTolerance && age > -beyondClocks;
}
