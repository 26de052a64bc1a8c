import { ForgeError } from '../../errors/forge-error.js';
import type { RunFolder } from '../folder/run-folder.js';
import { type Heartbeat, readHeartbeat, watchHeartbeat } from '../record/heartbeat.js';
import { isProcessAlive } from '../record/host-info.js';
import type { RunRecord } from '../record/run-record.js';

export interface WatchOptions {
  /** How long to watch the heartbeat of a process on another host, ms. */
  readonly watchMs?: number | undefined;
  /** Called before watching, which takes seconds. */
  readonly say?: (message: string) => void;
}

/** Shows that no process trains a run: the last heartbeat of a process on another host, else null. */
export interface UnlockedRun {
  readonly silent: Heartbeat;
}

/**
 * Requires that no process trains a run. A process on another host (or in another container) cannot be inspected, and its
 * clock may differ, so its heartbeat is watched.
 * @throws ForgeError RUN_LOCKED while a process trains the run
 */
export async function requireUnlocked(
  folder: RunFolder,
  record: RunRecord,
  { watchMs, say }: WatchOptions = {},
): Promise<UnlockedRun> {
  const alive = isLocked(record);
  if (alive === true) throw lockedError(folder, record);
  if (alive === false) return { silent: null };
  say?.(`Checking whether ${labelOf(folder)} is still running on host ${record.process.host} …`);
  const silent = await watchHeartbeat(folder.path, watchMs);
  if (silent === undefined) throw lockedError(folder, record);
  return { silent };
}

/**
 * Checks again later, without waiting: a process on another host must have been silent since.
 * @throws ForgeError RUN_LOCKED
 */
export async function requireStillUnlocked(
  folder: RunFolder,
  record: RunRecord,
  { silent }: UnlockedRun,
): Promise<void> {
  const alive = isLocked(record) ?? (await readHeartbeat(folder.path)) !== silent;
  if (alive) throw lockedError(folder, record);
}

/** Undefined when the process is on another host. */
function isLocked({ status, process }: RunRecord): boolean | undefined {
  return status === 'running' ? isProcessAlive(process) : false;
}

function lockedError(folder: RunFolder, { process: { pid, host } }: RunRecord): ForgeError {
  const label = labelOf(folder);
  return new ForgeError('RUN_LOCKED', `${label} is still running: process ${pid} on ${host}.`, {
    about: label,
    hint: 'Stop that process first; it saves a checkpoint when it is interrupted.',
  });
}

function labelOf({ experiment, number }: RunFolder): string {
  return `${experiment}/${number}`;
}

/**
 * Requires that no other process has trained a run since its record was read: resuming from an older checkpoint would
 * remove those that the other process saved.
 * @throws ForgeError RUN_LOCKED if the record has changed
 */
export function requireUnchanged(folder: RunFolder, before: RunRecord, now: RunRecord): void {
  if (JSON.stringify(before) === JSON.stringify(now)) return;
  const label = labelOf(folder);
  const { pid, host } = now.process;
  throw new ForgeError('RUN_LOCKED', `${label} was trained further by process ${pid} on ${host} in the meantime.`, {
    about: label,
    hint: 'Resume the run again to continue from its latest checkpoint.',
  });
}
