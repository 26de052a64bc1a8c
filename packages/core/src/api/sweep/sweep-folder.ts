import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { fsError, isMissing } from '../../fs/fs-error.js';
import { removeInside } from '../../fs/safe-files.js';
import { checkExperimentName, runNames } from '../../run/folder/run-folder.js';
import { controllerName } from '../../sweep/record/read-controller.js';
import { sweepFileName } from '../../sweep/record/read-sweep-file.js';

/** What a start that was killed leaves; the next one replaces it. */
const unfinished = /^(template|\.resume-lock|\..*\.writing-.*)$/;

/**
 * A name for a new sweep.
 * @param given what the user asked for; null for the first free one after `<run>-sweep`
 * @throws ForgeError FLAG_INVALID for a name that is taken, or cannot be that of a folder
 */
export async function newSweepName(results: string, given: string | null, run: string): Promise<string> {
  if (given === null) {
    for (let number = 1; ; number++) {
      const name = `${run.slice(0, 110)}-sweep${number === 1 ? '' : `-${number}`}`;
      if (isFree(await namesIn(join(results, name)))) return checkExperimentName(name);
    }
  }
  const names = await namesIn(join(results, checkExperimentName(given)));
  if (!isFree(names)) throw taken(given, names);
  return given;
}

/** @throws ForgeError FLAG_INVALID where another process has made the sweep meanwhile */
export async function requireNoSweep(folder: string, name: string): Promise<void> {
  const names = await namesIn(folder);
  if (names.includes(sweepFileName)) throw taken(name, names);
}

function isFree(names: readonly string[]): boolean {
  return names.every((name) => unfinished.test(name) || name === controllerName);
}

function taken(name: string, names: readonly string[]): ForgeError {
  const isSweep = names.includes(sweepFileName);
  return new ForgeError('FLAG_INVALID', `There is ${isSweep ? 'a sweep' : 'an experiment'} "${name}" already.`, {
    about: 'name',
    hint: isSweep ? `Resume it: forge sweep --resume ${name}. Or choose another name.` : 'Choose another name.',
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
