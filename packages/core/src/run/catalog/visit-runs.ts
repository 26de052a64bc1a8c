import { join, sep } from 'node:path';
import { experimentNames, type RunFolder, runNames } from '../folder/run-folder.js';

/** How long to block the event loop at a time, ms. */
const maxBlockedMs = 50;
const visitsPerCheck = 16;

/**
 * Calls a function for every run of a results folder, by experiment and number. Pauses in between, so that other work of
 * the process continues. A file with a number as its name counts as a run, which cannot be read.
 * @throws ForgeError FILE_SYSTEM when a folder cannot be listed
 */
export async function visitRuns(results: string, visit: (run: RunFolder) => void | Promise<void>): Promise<void> {
  const experiments = await experimentNames(results);
  let pauseAt = performance.now() + maxBlockedMs;
  let visits = 0;
  for (const experiment of experiments) {
    const parent = join(results, experiment);
    for (const number of runNames(parent)) {
      const visited = visit({ path: `${parent}${sep}${number}`, experiment, number });
      if (visited !== undefined) await visited;
      if (++visits % visitsPerCheck !== 0 || performance.now() < pauseAt) continue;
      await new Promise(setImmediate);
      pauseAt = performance.now() + maxBlockedMs;
    }
  }
}
