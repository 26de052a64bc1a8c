import { statSync } from 'node:fs';
import { join } from 'node:path';
import { maxClockDifference } from './heartbeat.js';
import { isProcessAlive } from './host-info.js';
import type { RunProcess, RunStatus } from './run-record.js';

/** A run's status as shown to the user. */
export type ShownStatus = RunStatus | 'crashed';

/** What tells whether a run is alive. */
export interface RunState {
  readonly status: RunStatus;
  readonly process: RunProcess | null;
}

/** How old the heartbeat of a run on another host may be before the run is shown as crashed, ms. Clocks may differ. */
export const shownTolerance = 10 * 60_000;

/**
 * The recorded status, or `crashed` for a running run whose process has died: judged by PID and start time on this host,
 * and by the age of the heartbeat on any other. Immediate, for display; before a run is taken over, its heartbeat is
 * watched: see `requireUnlocked`.
 */
export function shownStatus(run: RunState, folder: string): ShownStatus {
  if (run.status !== 'running' || run.process === null) return run.status;
  const alive = isProcessAlive(run.process) ?? heartbeatIsFresh(folder);
  return alive ? 'running' : 'crashed';
}

function heartbeatIsFresh(folder: string): boolean {
  // Missing: the run was removed after its record was read.
  const beat = statSync(join(folder, 'run.json'), { throwIfNoEntry: false });
  if (beat === undefined) return false;
  const age = Date.now() - beat.mtimeMs;
  return age < shownTolerance && age > -maxClockDifference;
}
