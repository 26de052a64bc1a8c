import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { experimentNames, ForgeError } from '@forge-ml/core/runs';
import type { ViewedSweep } from '../views/viewed-run.js';

export interface ResultsFolder {
  readonly name: string;
  readonly path: string;
}

/** Finds the sweep of an id among the experiments that are there: no text of a request becomes a path. */
export async function findViewedSweep(folders: readonly ResultsFolder[], id: string): Promise<ViewedSweep> {
  const [name, sweep, ...rest] = id.split('/');
  const folder = folders.find((one) => one.name === name);
  const isThere = folder !== undefined && rest.length === 0 && (await experimentNames(folder.path)).includes(sweep!);
  const path = isThere ? join(folder.path, sweep!) : '';
  const file = isThere ? await lstat(join(path, 'sweep.json')).catch(() => undefined) : undefined;
  if (!isThere || file?.isFile() !== true)
    throw new ForgeError('RUN_NOT_FOUND', `There is no sweep ${JSON.stringify(id.slice(0, 300))}.`, { about: 'sweep' });
  return { id, path, results: folder.path };
}
