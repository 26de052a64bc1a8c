import { lstat, mkdir, open, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { fsyncDirectory } from '../../fs/durable-folder.js';
import { isMissing, systemCode } from '../../fs/fs-error.js';

/** In an experiment's folder: an empty file for each recently used number. The highest is never removed. */
const marksName = '.numbers';

/** How long a listing of used numbers is valid, ms: later, marks that it lists may have been removed. */
const maxListingAge = 60_000;

/** How long a mark that is not the highest is kept, ms: much longer than a listing is valid. */
const markAge = 60 * maxListingAge;

/**
 * Reserves a number above all that were ever used in an experiment's folder, also by runs that were removed. Creating the
 * mark of a number fails if it exists, so no two processes get the same number; a process that dies afterwards leaves
 * its number unused.
 * @param existing numbers of run folders, which count too: the marks may be lost
 */
export async function nextRunNumber(
  experimentFolder: string,
  existing: () => Promise<readonly number[]>,
): Promise<number> {
  const folder = join(experimentFolder, marksName);
  await makeMarksFolder(folder, experimentFolder);
  for (;;) {
    const started = performance.now();
    const used = await marksIn(folder);
    let number = Math.max(used.at(-1) ?? 0, (await existing()).at(-1) ?? 0) + 1;
    while (!(await mark(folder, number))) number++;
    // A process that was suspended in between may have created a mark again that was used and removed.
    if (performance.now() - started > maxListingAge) continue;
    await fsyncDirectory(folder);
    await removeOldMarks(folder, used);
    return number;
  }
}

/** Refuses a link, which would create and remove files elsewhere. */
async function makeMarksFolder(folder: string, experimentFolder: string): Promise<void> {
  try {
    await mkdir(folder);
    await fsyncDirectory(experimentFolder);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    if ((await lstat(folder)).isDirectory()) return;
    throw new ForgeError('PATH_UNSAFE', `${folder} is not a folder.`, {
      about: folder,
      hint: 'Remove it: run numbers then continue from the highest run that exists.',
    });
  }
}

/** Numbers that are marked as used, ascending. */
async function marksIn(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => /^[1-9]\d{0,14}$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/** False if the number is already marked. */
async function mark(folder: string, number: number): Promise<boolean> {
  try {
    await (await open(join(folder, String(number)), 'wx')).close();
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Only the highest mark is needed; the lowest are the oldest. */
async function removeOldMarks(folder: string, used: readonly number[]): Promise<void> {
  for (const number of used.slice(0, -1)) {
    const path = join(folder, String(number));
    try {
      if (Date.now() - (await stat(path)).mtimeMs < markAge) return;
      await unlink(path);
    } catch (error) {
      if (!isMissing(error)) return;
    }
  }
}
