import { ForgeError } from '@forge-ml/core/runs';
import { sweepFolders } from '../views/sweep-folders.js';
import type { ViewedSweep } from '../views/viewed-run.js';

export interface ResultsFolder {
  readonly name: string;
  readonly path: string;
}

/** Finds the sweep of an id among the experiments that are there: no text of a request becomes a path. */
export async function findViewedSweep(folders: readonly ResultsFolder[], id: string): Promise<ViewedSweep> {
  const [name, sweep, ...rest] = id.split('/');
  const folder = folders.find((one) => one.name === name);
  const sweeps = folder !== undefined && rest.length === 0 ? await sweepFolders(folder.path) : [];
  const found = sweeps.find((one) => one.name === sweep);
  if (folder === undefined || found === undefined)
    throw new ForgeError('RUN_NOT_FOUND', `There is no sweep ${JSON.stringify(id.slice(0, 300))}.`, { about: 'sweep' });
  return { id, path: found.path, results: folder.path };
}
