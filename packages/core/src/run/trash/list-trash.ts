import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { fsError, isMissing } from '../../fs/fs-error.js';
import { parsePurging, parseTrashEntry, trashName } from '../folder/trash-names.js';

/** A removed run, whole in the trash of its results folder. */
export interface TrashedRun {
  /** Its folder: `<results>/.trash/<experiment>/<number>-<time>`. */
  readonly path: string;
  readonly experiment: string;
  readonly number: number;
  /** When it was removed; ISO 8601, UTC. */
  readonly removed: string;
}

/** What is in the trash of a results folder. */
export interface Trash {
  /** Newest first. */
  readonly runs: readonly TrashedRun[];
  /** Folders whose files a purge has not deleted completely: no runs any more. */
  readonly purging: readonly string[];
}

/** Lists the trash of a results folder. Links and other names in it are ignored. @throws ForgeError PATH_UNSAFE, FILE_SYSTEM */
export async function listTrash(results: string): Promise<Trash> {
  const trash = join(results, trashName);
  try {
    if (!(await isFolder(trash))) return { runs: [], purging: [] };
    const runs: TrashedRun[] = [];
    const purging: string[] = [];
    for (const experiment of foldersAmong(await readdir(trash, { withFileTypes: true }))) {
      // No experiment: restoring `.numbers/1` would write among the numbers of all experiments.
      if (experiment.startsWith('.')) continue;
      const folder = join(trash, experiment);
      for (const name of foldersAmong(await readdir(folder, { withFileTypes: true }))) {
        const entry = parseTrashEntry(name);
        const path = join(folder, name);
        if (entry !== undefined) {
          runs.push({ path, experiment, number: entry.number, removed: entry.removed.toISOString() });
        } else if (parsePurging(name) !== undefined) purging.push(path);
      }
    }
    runs.sort((a, b) => (a.removed < b.removed ? 1 : a.removed > b.removed ? -1 : b.number - a.number));
    return { runs, purging };
  } catch (error) {
    throw fsError(error, trash, 'list');
  }
}

/** A link would lead out of the results folder. */
async function isFolder(trash: string): Promise<boolean> {
  try {
    if ((await lstat(trash)).isDirectory()) return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
  throw new ForgeError('PATH_UNSAFE', `${trash} is not a folder.`, {
    about: trash,
    hint: 'Move it away: Forge keeps removed runs in a folder of that name.',
  });
}

function foldersAmong(entries: readonly Dirent[]): readonly string[] {
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
