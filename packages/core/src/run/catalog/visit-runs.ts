import { join, sep } from 'node:path';
import { experimentNames, runNames } from '../folder/run-folder.js';

/** How long to block the event loop at a time, ms. */
const maxBlockedMs = 50;
const stepsPerCheck = 32;

/** Called for each run of an experiment. @param folder of the run */
type Visit = (number: number, folder: string) => undefined | Promise<void>;

/**
 * Calls a function for every run of a results folder, by experiment and number. Pauses in between, so that other work of
 * the process continues. A file with a number as its name counts as a run, which cannot be read.
 * @param visitor called for each experiment, with its folder and a separator; returns what is called for its runs
 * @throws ForgeError FILE_SYSTEM when a folder cannot be listed
 */
export async function visitRuns(
  results: string,
  visitor: (experiment: string, parent: string) => Visit,
): Promise<void> {
  const pause = pauses();
  for (const experiment of await experimentNames(results)) {
    const parent = join(results, experiment) + sep;
    const visit = visitor(experiment, parent);
    for (const number of runNames(parent)) {
      const visited = visit(number, parent + number);
      if (visited !== undefined) await visited;
      const paused = pause();
      if (paused !== undefined) await paused;
    }
  }
}

/** What is called after each step of long synchronous work, and waits where other work must continue. */
export function pauses(): () => Promise<void> | undefined {
  let pauseAt = performance.now() + maxBlockedMs;
  let steps = 0;
  return () => {
    if (++steps % stepsPerCheck !== 0 || performance.now() < pauseAt) return undefined;
    return new Promise<void>((resolve) => {
      setImmediate(() => {
        pauseAt = performance.now() + maxBlockedMs;
        resolve();
      });
    });
  };
}
