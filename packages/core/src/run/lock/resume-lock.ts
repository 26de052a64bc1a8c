import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ForgeError } from '../../errors/forge-error.js';
import { fsyncDirectory } from '../../fs/durable-folder.js';
import { fsError, isMissing, systemCode } from '../../fs/fs-error.js';
import { namesInFolder } from '../../fs/list-folder.js';
import { pidExists } from '../../fs/pid-exists.js';
import { createFile, makeNewFolder, removeInside, renameInside } from '../../fs/safe-files.js';
import { readJson } from '../../json/json-file.js';
import { isRunProcess } from '../../schema/file-checks.generated.js';
import type { RunFolder } from '../folder/run-folder.js';
import { maxClockDifference, watchTime } from '../record/heartbeat.js';
import { currentProcess, isProcessAlive } from '../record/host-info.js';
import type { RunProcess } from '../record/run-record.js';

/**
 * Only one process at a time may resume a run: it reads which process trains the run and records itself, and no other
 * may do so in between. The lock is the run's `.resume-lock/`, whose folders are numbered turns. A folder that names its
 * owner is created under a temporary name and renamed to the next number, which fails if another process was faster, on
 * network file systems too. A turn is over when it contains `done`, or its owner is dead. The newest turn is never
 * removed, so a number is never used twice.
 */
export const lockName = '.resume-lock';
const ownerName = 'owner.json';
const doneName = 'done';

/** How often to check whether the turn of another process is over, ms. */
const pollInterval = 20;

export interface LockOptions {
  /** How long to wait for the turn of a live process to end, ms. */
  readonly waitMs?: number | undefined;
  /**
   * How long to watch the turn of a process on another host before it counts as over, ms. A turn takes milliseconds; its
   * timestamps cannot be trusted, since the clocks of two hosts differ.
   */
  readonly watchMs?: number | undefined;
}

/** The lock while it is held. */
export interface HeldLock {
  /** Call it after the run's folder was renamed: the turn then ends in the new place. */
  moved(path: string): void;
}

/**
 * Waits for a turn, then runs work that only one process at a time may do.
 * @throws ForgeError RUN_LOCKED naming the process whose turn does not end; RUN_NOT_FOUND if the run's folder is missing;
 * FILE_SYSTEM
 */
export async function withResumeLock<T>(
  run: RunFolder,
  work: (lock: HeldLock) => Promise<T>,
  { waitMs = 5_000, watchMs = watchTime }: LockOptions = {},
): Promise<T> {
  const number = await takeTurn(run, waitMs, watchMs);
  let place = run.path;
  const moved = (path: string) => {
    place = path;
  };
  try {
    return await work({ moved });
  } finally {
    await writeNew(join(place, lockName, number, doneName), '', place).catch(() => undefined);
  }
}

/** @returns the name of the turn's folder */
async function takeTurn(run: RunFolder, waitMs: number, watchMs: number): Promise<string> {
  const begin = performance.now();
  const watched = { turn: 0, since: begin };
  const folder = join(run.path, lockName);
  const token = randomBytes(8).toString('hex');
  const own = join(folder, `.turn-${process.pid}-${token}`);
  try {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const newest = (await turnsIn(folder)).at(-1) ?? 0;
      const owner = newest === 0 ? undefined : await activeOwner(join(folder, String(newest)));
      if (owner !== undefined) {
        const now = performance.now();
        if (watched.turn !== newest) Object.assign(watched, { turn: newest, since: now });
        const isOver = owner.alive === undefined && now - watched.since >= watchMs;
        if (!isOver) {
          const { pid, host } = owner.process;
          if (owner.alive && now - begin > waitMs) throw lockedError(run, `is locked by process ${pid} on ${host}`);
          await delay(pollInterval);
          continue;
        }
      }
      if (newest + 1 >= maxTurns) throw noMoreTurns(run, join(folder, String(newest)));
      await makeTurnFolder(run, folder, own);
      await writeNew(join(own, ownerName), JSON.stringify({ ...currentProcess(), token }), run.path);
      const turn = join(folder, String(newest + 1));
      if (!(await renamedTo(run, own, turn, token))) {
        await remove(run, own);
        continue;
      }
      // If the highest number was read long ago, later turns may exist, and this number may have been removed.
      const turns = await turnsIn(folder);
      if (turns.at(-1) === newest + 1) {
        await clear(run, folder, turns.slice(0, -1));
        return String(newest + 1);
      }
      await remove(run, turn);
    }
    throw lockedError(run, 'is locked by other processes');
  } catch (error) {
    await remove(run, own);
    throw fsError(error, folder, 'lock the run in');
  }
}

/** Does not create the run's folder: one that was moved away would appear again, without its files. */
async function makeTurnFolder(run: RunFolder, folder: string, own: string): Promise<void> {
  try {
    await makeNewFolder(folder, run.path);
    await fsyncDirectory(run.path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw movedAway(run, error);
    if (systemCode(error) !== 'EEXIST') throw error;
  }
  await makeNewFolder(own, run.path);
}

/** Far more than the polls within the waiting time; also ends the loop when a rename fails every time. */
const attempts = 10_000;

/** Removes earlier turns, and unfinished turns of dead processes. */
async function clear(run: RunFolder, folder: string, earlier: readonly number[]): Promise<void> {
  const names = (await namesInFolder(folder)).filter((name) => {
    const pid = /^\.turn-(\d{1,10})-/.exec(name)?.[1];
    return pid !== undefined && !pidExists(Number(pid));
  });
  for (const name of [...earlier, ...names]) await remove(run, join(folder, String(name)));
}

/** A network file system may report an error for a rename that succeeded: then the token shows that the turn is ours. */
async function renamedTo(run: RunFolder, own: string, turn: string, token: string): Promise<boolean> {
  try {
    await renameInside(own, turn, run.path);
    return true;
  } catch (error) {
    if ((await ownerOf(turn))?.token === token) return true;
    if (isMissing(error) || existsCodes.includes(systemCode(error) ?? '')) return false;
    throw error;
  }
}

/** Error codes of a rename to a folder that exists and is not empty; on Windows, of any that exists. */
const existsCodes = ['ENOTEMPTY', 'EEXIST', ...(process.platform === 'win32' ? ['EPERM', 'EACCES'] : [])];

/** The owner of a turn, and whether it is alive (undefined: on another host); undefined if the turn is over. */
async function activeOwner(turn: string): Promise<{ process: RunProcess; alive: true | undefined } | undefined> {
  if (await stat(join(turn, doneName)).catch(() => undefined)) return undefined;
  const owner = await ownerOf(turn);
  // Missing: another process has taken the next turn. Not readable: it was never complete.
  if (owner === undefined) return undefined;
  const alive = isProcessAlive(owner);
  if (alive === false) return undefined;
  const started = await stat(join(turn, ownerName)).catch(() => undefined);
  if (alive === undefined && (started === undefined || Date.now() - started.mtimeMs > maxClockDifference))
    return undefined;
  return { process: owner, alive };
}

function movedAway({ path, experiment, number }: RunFolder, cause: unknown): ForgeError {
  return new ForgeError('RUN_NOT_FOUND', `${experiment}/${number} was moved or removed: ${path} does not exist.`, {
    about: path,
    hint: 'forge runs trash lists the removed runs.',
    cause,
  });
}

function lockedError({ experiment, number }: RunFolder, how: string): ForgeError {
  const label = `${experiment}/${number}`;
  return new ForgeError('RUN_LOCKED', `${label} ${how}.`, {
    about: label,
    hint: 'Wait for that process, or stop it first.',
  });
}

async function ownerOf(turn: string): Promise<(RunProcess & { readonly token?: unknown }) | undefined> {
  try {
    const owner = await readJson(join(turn, ownerName), { what: 'owner file', code: 'RUN_INVALID' });
    return isRunProcess.isValid(owner) ? (owner as unknown as RunProcess) : undefined;
  } catch {
    return undefined;
  }
}

/** No run is resumed this often. A folder with a higher number is not a turn: it would leave no next number. */
const maxTurns = 1e6;

async function turnsIn(folder: string): Promise<number[]> {
  try {
    const numbers = (await namesInFolder(folder)).filter((name) => /^[1-9]\d*$/.test(name)).map(Number);
    return numbers.filter((number) => number < maxTurns).sort((a, b) => a - b);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function writeNew(path: string, text: string, run: string): Promise<void> {
  const handle = await createFile(path, run);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function remove(run: RunFolder, path: string): Promise<void> {
  await removeInside(path, run.path).catch(() => undefined);
}

function noMoreTurns({ experiment, number }: RunFolder, turn: string): ForgeError {
  return new ForgeError('RUN_INVALID', `${experiment}/${number} cannot be locked: ${turn} has the highest number.`, {
    about: turn,
    hint: `Remove the folder ${turn}: Forge never uses this number.`,
  });
}
