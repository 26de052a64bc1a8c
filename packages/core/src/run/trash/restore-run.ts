import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { fsyncDirectory } from '../../fs/durable-folder.js';
import { fsError, isMissing } from '../../fs/fs-error.js';
import { makeSafeFolder, renameInside } from '../../fs/safe-files.js';
import type { RunFolder } from '../folder/run-folder.js';
import { keepNumber } from '../folder/run-number.js';
import { trashReference } from './find-trashed.js';
import type { TrashedRun } from './list-trash.js';

/**
 * Moves a removed run back to its place, by renaming.
 * @throws ForgeError RUN_NOT_FOUND if it is no longer in the trash; USAGE if there is a run of that number again;
 * PATH_UNSAFE, FILE_SYSTEM
 */
export async function restoreRun(results: string, entry: TrashedRun): Promise<RunFolder> {
  const { experiment, number } = entry;
  const parent = join(results, experiment);
  const path = join(parent, String(number));
  try {
    await makeSafeFolder(parent, results);
    if (await exists(path)) throw taken(path, entry);
    await keepNumber(results, experiment, number);
    await renameInside(entry.path, path, results);
    await fsyncDirectory(parent);
    await fsyncDirectory(dirname(entry.path));
    return { path, experiment, number };
  } catch (error) {
    if (isMissing(error) && !(await exists(entry.path))) throw gone(entry, error);
    throw fsError(error, path, 'restore');
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function taken(path: string, entry: TrashedRun): ForgeError {
  return new ForgeError('USAGE', `${trashReference(entry)} cannot be restored: ${path} exists.`, {
    about: path,
    hint: 'Move that folder away first.',
  });
}

function gone(entry: TrashedRun, cause: unknown): ForgeError {
  return new ForgeError('RUN_NOT_FOUND', `${trashReference(entry)} is no longer in the trash.`, {
    about: entry.path,
    hint: 'Another process restored or purged it.',
    cause,
  });
}
