import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { fsError, isMissing } from '../../fs/fs-error.js';
import { removeInside } from '../../fs/safe-files.js';
import { checkExperimentName, runNames } from '../../run/folder/run-folder.js';
import { sweepFileName } from '../../sweep/record/read-sweep-file.js';

/**
 * A name for a new sweep.
 * @param given what the user asked for; null for the first free one after `<run>-sweep`
 * @throws ForgeError FLAG_INVALID for a name that is taken, or cannot be that of a folder
 */
export async function newSweepName(results: string, given: string | null, run: string): Promise<string> {
  if (given === null) {
    for (let number = 1; ; number++) {
      const name = `${run.slice(0, 110)}-sweep${number === 1 ? '' : `-${number}`}`;
      if ((await namesIn(join(results, name))).length === 0) return checkExperimentName(name);
    }
  }
  const names = await namesIn(join(results, checkExperimentName(given)));
  if (names.length === 0) return given;
  const isSweep = names.includes(sweepFileName);
  throw new ForgeError('FLAG_INVALID', `There is ${isSweep ? 'a sweep' : 'an experiment'} "${given}" already.`, {
    about: 'name',
    hint: isSweep ? `Resume it: forge sweep --resume ${given}. Or choose another name.` : 'Choose another name.',
  });
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw fsError(error, folder, 'list');
  }
}

/** Removes the folder of a sweep that did not start. */
export async function discardSweepFolder(folder: string, results: string): Promise<void> {
  if (runNames(folder).length === 0) await removeInside(folder, results).catch(() => undefined);
}
