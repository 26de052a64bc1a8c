import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '../../fs/fs-error.js';
import { parsePurging, parseTrashEntry, trashName } from './trash-names.js';

/** Whether a removed run of that number is in the trash. */
export async function isInTrash(results: string, experiment: string, number: number): Promise<boolean> {
  return (await entriesOf(results, experiment)).some((name) => parseTrashEntry(name)?.number === number);
}

/** The highest number among an experiment's removed runs; 0 without any. @throws system errors */
export async function highestInTrash(results: string, experiment: string): Promise<number> {
  const names = await entriesOf(results, experiment);
  return names.reduce((most, name) => Math.max(most, (parseTrashEntry(name) ?? parsePurging(name))?.number ?? 0), 0);
}

async function entriesOf(results: string, experiment: string): Promise<readonly string[]> {
  try {
    return await readdir(join(results, trashName, experiment));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
