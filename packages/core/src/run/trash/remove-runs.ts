import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';
import { fsyncDirectory } from '../../fs/durable-folder.js';
import { fsError, systemCode } from '../../fs/fs-error.js';
import { requireSafeFolder } from '../../fs/path-safety.js';
import { makeSafeFolder, renameInside } from '../../fs/safe-files.js';
import type { RunFolder } from '../folder/run-folder.js';
import { keepNumber } from '../folder/run-number.js';
import { trashEntryName, trashName } from '../folder/trash-names.js';
import { withResumeLock } from '../lock/resume-lock.js';
import { type IdleCheck, requireIdle } from '../lock/run-idle.js';
import type { WatchOptions } from '../lock/run-locked.js';
import type { TrashedRun } from './list-trash.js';

export interface RemoveOptions extends WatchOptions {
  /** Called after each run was moved. */
  readonly onRun?: (run: TrashedRun) => void;
}

/**
 * Moves runs to the trash of their results folder, by renaming. Each is checked before any is moved. Their numbers are
 * not given again.
 * @param runs as `findRunToRemove` finds them
 * @throws ForgeError RUN_LOCKED for a run that is running, or being resumed; PATH_UNSAFE for one that is reached through
 * a link; FILE_SYSTEM. Runs that were moved stay moved.
 */
export async function removeRuns(
  results: string,
  runs: readonly RunFolder[],
  options: RemoveOptions = {},
): Promise<readonly TrashedRun[]> {
  checkOptions(options, ['watchMs', 'say', 'onRun'], { of: 'removeRuns(results, runs, options)' });
  const { onRun, ...watch } = options;
  for (const run of runs) requireSafeFolder(run.path, results);
  const checks = await Promise.all(runs.map((run) => requireIdle(run, watch)));
  const moved: TrashedRun[] = [];
  for (const [index, run] of runs.entries()) {
    const entry = await moveToTrash(results, run, checks[index]!, watch);
    moved.push(entry);
    onRun?.(entry);
  }
  return moved;
}

async function moveToTrash(
  results: string,
  run: RunFolder,
  check: IdleCheck,
  { watchMs }: WatchOptions,
): Promise<TrashedRun> {
  const { experiment, number } = run;
  const parent = join(results, trashName, experiment);
  const work = async (moved: (path: string) => void) => {
    await check();
    try {
      await keepNumber(results, experiment, number);
      await makeSafeFolder(parent, results);
      const { removed, path } = await freePlace(parent, number);
      await renameInside(run.path, path, results);
      moved(path);
      await fsyncDirectory(parent);
      await fsyncDirectory(dirname(run.path));
      return { path, experiment, number, removed: removed.toISOString() };
    } catch (error) {
      if (systemCode(error) === 'EXDEV') throw otherDisk(run, parent, error);
      throw fsError(error, run.path, 'move to the trash');
    }
  };
  return withResumeLock(run, ({ moved }) => work(moved), { watchMs });
}

/** A copy of the run may have been removed in the same millisecond. */
async function freePlace(parent: string, number: number): Promise<{ removed: Date; path: string }> {
  for (let time = Date.now(); ; time++) {
    const removed = new Date(time);
    const path = join(parent, trashEntryName(number, removed));
    if ((await lstat(path).catch(() => undefined)) === undefined) return { removed, path };
  }
}

function otherDisk({ path }: RunFolder, parent: string, cause: unknown): ForgeError {
  return new ForgeError('FILE_SYSTEM', `${path} cannot be moved to ${parent}, which is on another disk.`, {
    about: path,
    hint: 'Remove its folder by hand; its number is not given again.',
    cause,
  });
}
