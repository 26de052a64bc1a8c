import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { findRun, listRuns } from '../run/catalog/find-run.js';
import { type RunFolder, runNumbers } from '../run/folder/run-folder.js';

/**
 * Finds the run folders to verify, with or without a valid `run.json`. Each reference is an experiment (all its runs),
 * EXPERIMENT/NUMBER, or a path to either; without references, every run in the results folder.
 * @throws ForgeError RUN_NOT_FOUND, FILE_SYSTEM
 */
export async function runsToVerify(references: readonly string[], results: string): Promise<RunFolder[]> {
  if (references.length === 0) return listRuns(results);
  const found = new Map<string, RunFolder>();
  for (const reference of references) {
    for (const folder of await runsOf(reference, results)) found.set(folder.path, folder);
  }
  return [...found.values()];
}

async function runsOf(reference: string, results: string): Promise<readonly RunFolder[]> {
  for (const path of [join(results, reference), resolve(reference)]) {
    if (!(await stat(path).catch(() => undefined))?.isDirectory()) continue;
    const [parent, name] = [dirname(path), basename(path)];
    // A run without run.json is found by its number alone.
    if (/^[1-9]\d*$/.test(name)) return [{ path, experiment: basename(parent), number: Number(name) }];
    const numbers = await runNumbers(path);
    if (numbers.length > 0) {
      return numbers.map((number) => ({ path: join(path, String(number)), experiment: name, number }));
    }
  }
  // A run with another folder name, or the error that suggests one.
  return [await findRun(reference, results)];
}
