import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { nearestName } from '../../text/flag-names.js';
import { shellWord } from '../../text/shell-word.js';
import { experimentNames, type RunFolder, runNumbers } from '../folder/run-folder.js';
import { isInTrash } from '../folder/trash-numbers.js';
import { readRunRecord } from '../record/read-run-record.js';
import { runsNamed } from './runs-named.js';

/**
 * Finds a run by reference: `''` is the newest run, `mnist` the newest of an experiment, `mnist/3` one run; or a folder.
 * @throws ForgeError RUN_NOT_FOUND with a similar name; RUN_INVALID, FILE_SYSTEM
 */
export async function findRun(reference: string, results: string, directory = process.cwd()): Promise<RunFolder> {
  if (reference === '') return newestOfAll(results);
  for (const path of [join(results, reference), resolve(directory, reference)]) {
    if (await isRunFolder(path)) return describe(path);
    const numbers = await runNumbers(path);
    const newest = await newestRun(path, numbers);
    if (newest !== undefined) return newest;
  }
  const names = await experimentNames(results);
  const name = reference.split('/')[0]!;
  const exists = names.includes(name);
  const removed = /^([^/]+)\/([1-9]\d{0,14})$/.exec(reference);
  if (removed !== null && (await isInTrash(results, removed[1]!, Number(removed[2])).catch(() => false))) {
    throw new ForgeError('RUN_NOT_FOUND', `${reference} is in the trash of ${results}.`, {
      about: reference,
      hint: `forge runs restore ${shellWord(reference)} moves it back.`,
    });
  }
  const named = runsNamed(reference, await listRuns(results)).map(shellWord);
  const nearest = named.join(' or ') || (exists || name === '' ? undefined : nearestName(name, names));
  const list =
    exists && name !== reference ? `forge runs ${shellWord(name)} lists its runs.` : 'forge runs lists all runs.';
  throw new ForgeError('RUN_NOT_FOUND', `There is no run "${reference}" in ${results}.`, {
    about: reference,
    hint: nearest === undefined ? list : `Did you mean ${nearest}? ${list}`,
  });
}

/** Lists every run in a results folder. */
export async function listRuns(results: string): Promise<RunFolder[]> {
  const found: RunFolder[] = [];
  for (const experiment of await experimentNames(results)) {
    const folder = join(results, experiment);
    for (const number of await runNumbers(folder))
      found.push({ path: join(folder, String(number)), experiment, number });
  }
  return found;
}

async function newestOfAll(results: string): Promise<RunFolder> {
  let newest: { folder: RunFolder; changed: number } | undefined;
  for (const experiment of await experimentNames(results)) {
    const parent = join(results, experiment);
    const folder = await newestRun(parent, await runNumbers(parent));
    if (folder === undefined) continue;
    const changed = (await stat(join(folder.path, 'run.json')).catch(() => undefined))?.mtimeMs;
    // Removed since it was found.
    if (changed === undefined) continue;
    if (newest === undefined || changed > newest.changed) newest = { folder, changed };
  }
  if (newest !== undefined) return newest.folder;
  throw new ForgeError('RUN_NOT_FOUND', `There is no run in ${results}.`, {
    about: results,
    hint: 'forge train starts one; --results-dir names another folder.',
  });
}

async function newestRun(parent: string, numbers: readonly number[]): Promise<RunFolder | undefined> {
  for (const number of [...numbers].reverse()) {
    const path = join(parent, String(number));
    if (await isRunFolder(path)) return describe(path);
  }
  return undefined;
}

async function isRunFolder(path: string): Promise<boolean> {
  return (await stat(join(path, 'run.json')).catch(() => undefined))?.isFile() === true;
}

/** Names a run by its folders; if they do not have the form `<experiment>/<number>`, by its `run.json`. */
async function describe(path: string): Promise<RunFolder> {
  const [experiment, name] = [basename(dirname(path)), basename(path)];
  if (/^[1-9]\d*$/.test(name)) return { path, experiment, number: Number(name) };
  const record = await readRunRecord(path);
  return { path, experiment: record.experiment, number: record.number };
}
