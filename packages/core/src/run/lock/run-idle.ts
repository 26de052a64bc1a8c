import { lstat } from 'node:fs/promises';
import { ForgeError, isForgeError } from '../../errors/forge-error.js';
import { isMissing } from '../../fs/fs-error.js';
import type { RunFolder } from '../folder/run-folder.js';
import { readHeartbeat, watchHeartbeat } from '../record/heartbeat.js';
import { readRunRecord } from '../record/read-run-record.js';
import type { RunRecord } from '../record/run-record.js';
import { requireStillUnlocked, requireUnlocked, type WatchOptions } from './run-locked.js';

/** How old a folder without `run.json` must be, ms: until then a run may be starting in it. */
const startTime = 10 * 60_000;

/** Repeats the check without waiting, under the run's lock. @throws ForgeError RUN_LOCKED */
export type IdleCheck = () => Promise<void>;

/**
 * Requires that no process works on a run's folder, also where its `run.json` is invalid or missing. A live process
 * replaces `run.json` at every heartbeat.
 * @returns a check to repeat under the run's lock
 * @throws ForgeError RUN_LOCKED; FILE_SYSTEM
 */
export async function requireIdle(run: RunFolder, watch: WatchOptions = {}): Promise<IdleCheck> {
  const record = await readRecord(run);
  if (typeof record === 'object') {
    const unlocked = await requireUnlocked(run, record, watch);
    return async () => requireStillUnlocked(run, await readRunRecord(run.path), unlocked);
  }
  if (record === 'missing') {
    const { mtimeMs } = await lstat(run.path);
    if (Math.abs(Date.now() - mtimeMs) < startTime) throw starting(run);
    return async () => {
      if ((await readRecord(run)) !== 'missing') throw inUse(run);
    };
  }
  watch.say?.(`${labelOf(run)} has an invalid run.json. Checking whether it is still running …`);
  const beat = await watchHeartbeat(run.path, watch.watchMs).catch(isNoFile);
  if (beat === undefined) throw inUse(run);
  return async () => {
    if ((await readHeartbeat(run.path).catch(isNoFile)) !== beat) throw inUse(run);
  };
}

async function readRecord(run: RunFolder): Promise<RunRecord | 'invalid' | 'missing'> {
  try {
    return await readRunRecord(run.path);
  } catch (error) {
    if (isMissing(error)) return 'missing';
    if (isForgeError(error) && error.code === 'RUN_INVALID') return 'invalid';
    throw error;
  }
}

/** A pipe or a device is not the file of a live process. */
function isNoFile(error: unknown): null {
  if (isForgeError(error) && error.code === 'PATH_UNSAFE') return null;
  throw error;
}

function inUse(run: RunFolder): ForgeError {
  return locked(run, 'is in use: its run.json changes', 'Stop the process that trains it first.');
}

function starting(run: RunFolder): ForgeError {
  return locked(run, 'has no run.json and is new: a run may be starting in it', 'Try again in 10 minutes.');
}

function locked(run: RunFolder, how: string, hint: string): ForgeError {
  return new ForgeError('RUN_LOCKED', `${labelOf(run)} ${how}.`, { about: labelOf(run), hint });
}

function labelOf({ experiment, number }: RunFolder): string {
  return `${experiment}/${number}`;
}
