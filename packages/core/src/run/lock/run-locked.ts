import { ForgeError } from '../../errors/forge-error.js';
import type { RunFolder } from '../folder/run-folder.js';
import { type Heartbeat, readHeartbeat, watchHeartbeat } from '../record/heartbeat.js';
import { isProcessAlive } from '../record/host-info.js';
import type { RunRecord } from '../record/run-record.js';

export interface WatchOptions {
  /** How long to watch the heartbeat of a process that cannot be asked, ms. */
  readonly watchMs?: number | undefined;
  /** Told before that begins: it takes seconds. */
  readonly say?: (message: string) => void;
}

/** That no process works on a run: the heartbeat of its last process where that cannot be asked, else null. */
export interface UnlockedRun {
  readonly silent: Heartbeat;
}

/**
 * Makes sure that no process works on a run. One of another host (or container) cannot be asked, and its clock may be
 * any: its heartbeat is watched.
 * @throws ForgeError RUN_LOCKED while a process works on the run
 */
export async function requireUnlocked(
  folder: RunFolder,
  record: RunRecord,
  { watchMs, say }: WatchOptions = {},
): Promise<UnlockedRun> {
  const alive = isLocked(record);
  if (alive === true) throw lockedError(folder, record);
  if (alive === false) return { silent: null };
  say?.(`Watching whether host ${record.process.host} still works on ${labelOf(folder)} …`);
  const silent = await watchHeartbeat(folder.path, watchMs);
  if (silent === undefined) throw lockedError(folder, record);
  return { silent };
}

/**
 * The same again later, at once: a process that cannot be asked must have been silent ever since.
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

/** Undefined where the process cannot be asked. */
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
 * Who restored a checkpoint of a run that another process then took further must not go on from it: the checkpoints
 * that the other saved would be lost.
 * @throws ForgeError RUN_LOCKED where the run has been worked on between the two readings of its record
 */
export function requireUnchanged(folder: RunFolder, before: RunRecord, now: RunRecord): void {
  if (JSON.stringify(before) === JSON.stringify(now)) return;
  const label = labelOf(folder);
  const { pid, host } = now.process;
  throw new ForgeError('RUN_LOCKED', `${label} was taken further meanwhile, by process ${pid} on ${host}.`, {
    about: label,
    hint: 'Resume it again, to go on from where it stands now.',
  });
}
