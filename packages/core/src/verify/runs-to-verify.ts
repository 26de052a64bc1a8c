import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { findRun, listRuns } from '../run/catalog/find-run.js';
import { type RunFolder, runNumbers } from '../run/folder/run-folder.js';

/**
 * The run folders that words mean, damaged ones too: an experiment with all its runs, EXPERIMENT/NUMBER, or a path to
 * either; without a word every run of the results folder.
 * @throws ForgeError RUN_NOT_FOUND, FILE_SYSTEM
 */
export async function runsToVerify(words: readonly string[], results: string): Promise<RunFolder[]> {
  if (words.length === 0) return listRuns(results);
  const found = new Map<string, RunFolder>();
  for (const word of words) for (const folder of await runsOf(word, results)) found.set(folder.path, folder);
  return [...found.values()];
}

async function runsOf(word: string, results: string): Promise<readonly RunFolder[]> {
  for (const path of [join(results, word), resolve(word)]) {
    if (!(await stat(path).catch(() => undefined))?.isDirectory()) continue;
    const [parent, name] = [dirname(path), basename(path)];
    // A run whose run.json is gone is found by its number alone.
    if (/^[1-9]\d*$/.test(name)) return [{ path, experiment: basename(parent), number: Number(name) }];
    const numbers = await runNumbers(path);
    if (numbers.length > 0) {
      return numbers.map((number) => ({ path: join(path, String(number)), experiment: name, number }));
    }
  }
  // A run of another name, or the error that says what there is instead.
  return [await findRun(word, results)];
}
