import { lstat, mkdir, open, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { fsyncDirectory } from '../../fs/durable-folder.js';
import { isMissing, systemCode } from '../../fs/fs-error.js';

/** In an experiment's folder: an empty file for each number that was given of late, the highest among them for ever. */
const givenName = '.numbers';

/** A number is given this long after the others were listed, at most, ms: else it may have been given meanwhile. */
const longestLook = 60_000;

/** For how long a mark that is not the highest stays, ms: much longer than anybody may look. */
const markAge = 60 * longestLook;

/**
 * Gives a number above all that were ever given in an experiment's folder, also to runs that have been removed since.
 * Making the mark of a number fails where it exists, so no two processes get the same; one that dies afterwards
 * leaves a number unused.
 * @param taken numbers of run folders, which count too: the marks may be lost
 */
export async function nextRunNumber(
  experimentFolder: string,
  taken: () => Promise<readonly number[]>,
): Promise<number> {
  const folder = join(experimentFolder, givenName);
  await makeMarksFolder(folder, experimentFolder);
  for (;;) {
    const began = performance.now();
    const given = await marksIn(folder);
    let number = Math.max(given.at(-1) ?? 0, (await taken()).at(-1) ?? 0) + 1;
    while (!(await mark(folder, number))) number++;
    // A process that was stopped in between may have made a mark again that was there and is cleared away.
    if (performance.now() - began > longestLook) continue;
    await fsyncDirectory(folder);
    await clearOldMarks(folder, given);
    return number;
  }
}

/** A link would make and remove files elsewhere. */
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

/** Numbers that are marked as given, ascending. */
async function marksIn(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => /^[1-9]\d{0,14}$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/** False where the number was given already. */
async function mark(folder: string, number: number): Promise<boolean> {
  try {
    await (await open(join(folder, String(number)), 'wx')).close();
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Lower marks say nothing that the highest does not; the lowest are the oldest. */
async function clearOldMarks(folder: string, given: readonly number[]): Promise<void> {
  for (const number of given.slice(0, -1)) {
    const path = join(folder, String(number));
    try {
      if (Date.now() - (await stat(path)).mtimeMs < markAge) return;
      await unlink(path);
    } catch (error) {
      if (!isMissing(error)) return;
    }
  }
}
