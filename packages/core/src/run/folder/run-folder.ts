import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { fsyncDirectory, makeFolder } from '../../fs/durable-folder.js';
import { fsError, isMissing, systemCode } from '../../fs/fs-error.js';
import { isDeviceName } from '../../fs/path-traversal.js';
import { nextRunNumber } from './run-number.js';

/** Where a run lies: `<results>/<experiment>/<number>`. */
export interface RunFolder {
  readonly path: string;
  readonly experiment: string;
  readonly number: number;
}

/** @throws ForgeError FLAG_INVALID when the name could not be a folder of its own. */
export function checkExperimentName(name: string): string {
  const fits = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(name) && !/^\d+$/.test(name);
  if (fits && !name.endsWith('.') && !isDeviceName(name, 'win32')) return name;
  throw new ForgeError('FLAG_INVALID', `"${name}" cannot be an experiment's name.`, {
    about: 'runName',
    hint: fits
      ? 'Windows cannot hold a folder of that name: choose another with --run-name.'
      : 'Use letters, digits, ".", "_" and "-", and not digits alone.',
  });
}

/** Of two names that differ only in case, many systems hold one: there the runs of both would be mixed. */
async function mustNotDifferInCase(results: string, experiment: string): Promise<void> {
  const names = await experimentNames(results);
  if (names.includes(experiment)) return;
  const other = names.find((name) => name.toLowerCase() === experiment.toLowerCase());
  if (other === undefined) return;
  throw new ForgeError(
    'FLAG_INVALID',
    `There is an experiment "${other}", which differs from "${experiment}" only in case.`,
    {
      about: 'runName',
      hint: `Write --run-name ${other}, or choose another name.`,
    },
  );
}

/**
 * Makes the folder of a new run, under a number that no run of the experiment ever had. mkdir fails where the folder
 * exists, so no two runs share one.
 * @throws ForgeError FILE_SYSTEM, PATH_UNSAFE, FLAG_INVALID
 */
export async function createRunFolder(results: string, experiment: string): Promise<RunFolder> {
  const parent = join(results, checkExperimentName(experiment));
  await mustNotDifferInCase(results, experiment);
  try {
    await makeFolder(parent);
    for (;;) {
      const number = await nextRunNumber(parent, () => runNumbers(parent));
      const path = join(parent, String(number));
      try {
        await mkdir(path);
      } catch (error) {
        if (systemCode(error) === 'EEXIST') continue;
        throw error;
      }
      await fsyncDirectory(parent);
      return { path, experiment, number };
    }
  } catch (error) {
    throw fsError(error, parent, 'create a run in');
  }
}

/** Numbers taken in an experiment's folder, ascending; whatever else lies there is not ours. */
export async function runNumbers(experimentFolder: string): Promise<number[]> {
  try {
    const names = await foldersIn(experimentFolder);
    return names
      .filter((name) => /^[1-9]\d{0,14}$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  } catch (error) {
    if (isMissing(error)) return [];
    throw fsError(error, experimentFolder, 'list');
  }
}

/** Experiments in a results folder, by name. */
export async function experimentNames(results: string): Promise<string[]> {
  try {
    return (await foldersIn(results)).filter((name) => !name.startsWith('.')).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw fsError(error, results, 'list');
  }
}

/** No experiment has as many runs, and no results folder as many experiments. */
const mostNames = 1_000_000;

/** A link to a folder counts as one: runs may be kept on another disk. */
async function foldersIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.length > mostNames) {
    throw new ForgeError('FILE_SYSTEM', `${folder} holds more than ${mostNames} names, so it is not looked through.`, {
      about: folder,
      hint: 'Move away what is no run, or split it into several results folders.',
    });
  }
  for (const entry of entries) {
    if (entry.isDirectory() || (entry.isSymbolicLink() && (await leadsToFolder(join(folder, entry.name))))) {
      names.push(entry.name);
    }
  }
  return names;
}

async function leadsToFolder(link: string): Promise<boolean> {
  return (await stat(link).catch(() => undefined))?.isDirectory() === true;
}

/** Removes a folder whose run never came to be. Its number is not given again: a sink may know it already. */
export async function discardRunFolder({ path }: RunFolder): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => undefined);
}
