import { readdirSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { fsyncDirectory, makeFolder } from '../../fs/durable-folder.js';
import { fsError, isMissing, systemCode } from '../../fs/fs-error.js';
import { isDeviceName } from '../../fs/path-traversal.js';
import { highestKept, keepNumber, nextRunNumber } from './run-number.js';
import { highestInTrash } from './trash-numbers.js';

/** The folder of a run: `<results>/<experiment>/<number>`. */
export interface RunFolder {
  readonly path: string;
  readonly experiment: string;
  readonly number: number;
}

/** @throws ForgeError FLAG_INVALID if the name cannot be the name of a folder. */
export function checkExperimentName(name: string): string {
  const fits = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(name) && !/^\d+$/.test(name);
  if (fits && !name.endsWith('.') && !isDeviceName(name, 'win32')) return name;
  throw new ForgeError('FLAG_INVALID', `"${name}" is not a valid experiment name.`, {
    about: 'runName',
    hint: fits
      ? 'Windows does not allow a folder of that name: choose another with --run-name.'
      : 'Use letters, digits, ".", "_" and "-", and not digits alone.',
  });
}

/** Many file systems ignore case: there the runs of two names that differ only in case would be mixed. */
async function refuseOtherCase(results: string, experiment: string): Promise<void> {
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
 * Creates the folder of a new run, with a number that no run of the experiment ever had. mkdir fails if the folder exists,
 * so no two runs share one.
 * @throws ForgeError FILE_SYSTEM, PATH_UNSAFE, FLAG_INVALID
 */
export async function createRunFolder(results: string, experiment: string): Promise<RunFolder> {
  const parent = join(results, checkExperimentName(experiment));
  await refuseOtherCase(results, experiment);
  try {
    await makeFolder(parent);
    for (;;) {
      const number = await nextRunNumber(parent, () => highestKnown(results, experiment));
      await keepNumber(results, experiment, number);
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

/** Of the runs that exist, of those in the trash, and of those the results folder remembers. */
async function highestKnown(results: string, experiment: string): Promise<number> {
  const existing = await runNumbers(join(results, experiment));
  return Math.max(
    existing.at(-1) ?? 0,
    await highestInTrash(results, experiment),
    await highestKept(results, experiment),
  );
}

/** The run numbers in an experiment's folder, ascending. Other names are ignored. */
export async function runNumbers(experimentFolder: string): Promise<number[]> {
  try {
    const names = await foldersIn(experimentFolder);
    return numbersIn(names);
  } catch (error) {
    if (isMissing(error)) return [];
    throw fsError(error, experimentFolder, 'list');
  }
}

/** The same for thousands of runs, in a third of the time: files are included, which are not runs. */
export function runNames(experimentFolder: string): number[] {
  try {
    return numbersIn(requireFew(readdirSync(experimentFolder), experimentFolder));
  } catch (error) {
    if (isMissing(error)) return [];
    throw fsError(error, experimentFolder, 'list');
  }
}

/** The numbers of runs among names of folders, ascending. */
export function numbersIn(names: readonly string[]): number[] {
  return names
    .filter((name) => /^[1-9]\d{0,14}$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/** The names of the experiments in a results folder, sorted. */
export async function experimentNames(results: string): Promise<string[]> {
  try {
    return (await foldersIn(results)).filter((name) => !name.startsWith('.')).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw fsError(error, results, 'list');
  }
}

/** More than any experiment has runs, and any results folder has experiments. */
const maxEntries = 1_000_000;

/** A link to a folder counts as one: runs may be kept on another disk. */
async function foldersIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const entry of requireFew(await readdir(folder, { withFileTypes: true }), folder)) {
    if (entry.isDirectory() || (entry.isSymbolicLink() && (await leadsToFolder(join(folder, entry.name))))) {
      names.push(entry.name);
    }
  }
  return names;
}

/** @throws ForgeError FILE_SYSTEM for more entries than any folder of runs has */
export function requireFew<T>(entries: T[], folder: string): T[] {
  if (entries.length <= maxEntries) return entries;
  throw new ForgeError('FILE_SYSTEM', `${folder} has more than ${maxEntries} entries, which is too many to list.`, {
    about: folder,
    hint: 'Move files that are not runs elsewhere, or split it into several results folders.',
  });
}

async function leadsToFolder(link: string): Promise<boolean> {
  return (await stat(link).catch(() => undefined))?.isDirectory() === true;
}

/** Removes the folder of a run that did not start. Its number is not reused: a metric sink may know it already. */
export async function discardRunFolder({ path }: RunFolder): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => undefined);
}
