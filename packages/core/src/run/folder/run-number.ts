import { lstat, mkdir, open, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { fsyncDirectory } from '../../fs/durable-folder.js';
import { isMissing, systemCode } from '../../fs/fs-error.js';
import { marksName } from './trash-names.js';

/** How long a listing of used numbers is valid, ms: later, marks that it lists may have been removed. */
const maxListingAge = 60_000;

/** How long a mark that is not the highest is kept, ms: much longer than a listing is valid. */
const markAge = 60 * maxListingAge;

/**
 * The folder of marks has an empty file for each recently used number; the highest is never removed. An experiment's
 * folder has one, and the results folder one for each experiment, which stays if the experiment's folder is removed.
 *
 * Reserves a number above all that were ever used in an experiment's folder, also by runs that were removed. Creating the
 * mark of a number fails if it exists, so no two processes get the same number; a process that dies afterwards leaves
 * its number unused.
 * @param highest the highest number known otherwise: the marks may be lost
 */
export async function nextRunNumber(experimentFolder: string, highest: () => Promise<number>): Promise<number> {
  const folder = join(experimentFolder, marksName);
  await makeMarksFolder(folder, experimentFolder);
  for (;;) {
    const started = performance.now();
    const used = await marksIn(folder);
    let number = Math.max(used.at(-1) ?? 0, await highest()) + 1;
    while (!(await mark(folder, number))) number++;
    // A process that was suspended in between may have created a mark again that was used and removed.
    if (performance.now() - started > maxListingAge) continue;
    await fsyncDirectory(folder);
    await removeOldMarks(folder, used);
    return number;
  }
}

/**
 * Records that a number of an experiment was used, in its own folder and in the results folder, so that it is not given
 * again, whichever of the two folders is removed.
 * @throws ForgeError PATH_UNSAFE; system errors unchanged
 */
export async function keepNumber(results: string, experiment: string, number: number): Promise<void> {
  const own = join(results, experiment);
  await keepMark(join(own, marksName), own, number);
  const all = join(results, marksName);
  try {
    await makeMarksFolder(all, results);
    await keepMark(join(all, experiment), all, number);
  } catch (error) {
    // A results folder in which only the folders of some experiments may be written.
    if (!['EACCES', 'EPERM', 'EROFS'].includes(systemCode(error) ?? '')) throw error;
  }
}

async function keepMark(folder: string, parent: string, number: number): Promise<void> {
  await makeMarksFolder(folder, parent);
  const used = await marksIn(folder);
  if ((used.at(-1) ?? 0) >= number) return;
  await mark(folder, number);
  await fsyncDirectory(folder);
  await removeOldMarks(folder, used);
}

/** The highest number that the results folder records for an experiment; 0 without any. @throws system errors */
export async function highestKept(results: string, experiment: string): Promise<number> {
  try {
    return (await marksIn(join(results, marksName, experiment))).at(-1) ?? 0;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
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
