import { type Stats, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { type ForgeError, isForgeError } from '../errors/forge-error.js';
import { readSummary, runFileOf } from './read-summary.js';
import { experimentNames, type RunFolder, runNumbers } from './run-folder.js';
import { RunIndex } from './run-index.js';
import type { RunSummary, SummarisedRun } from './run-summary.js';

/** How long other work may have to wait, ms. */
const longestTurn = 50;

/**
 * What a list shows of every run under a results folder. Thousands are read one after the other with synchronous
 * calls; what the results folder's index knows is read when it is asked for.
 * @throws ForgeError FILE_SYSTEM where a folder cannot be listed
 */
export async function listRunSummaries(results: string): Promise<SummarisedRun[]> {
  const index = RunIndex.open(results);
  const found: SummarisedRun[] = [];
  let turnEnds = performance.now() + longestTurn;
  for (const { experiment, parent, numbers } of await numberedFolders(results)) {
    for (const number of numbers) {
      found.push(lookAt({ path: `${parent}${sep}${number}`, experiment, number }, index));
      if (performance.now() < turnEnds) continue;
      await new Promise(setImmediate);
      turnEnds = performance.now() + longestTurn;
    }
  }
  index.save();
  return found;
}

/** All experiments are listed at once: threads do that, while one after the other would wait for each. */
async function numberedFolders(results: string) {
  const experiments = await experimentNames(results);
  return Promise.all(
    experiments.map(async (experiment) => {
      const parent = join(results, experiment);
      return { experiment, parent, numbers: await runNumbers(parent) };
    }),
  );
}

function lookAt(folder: RunFolder, index: RunIndex): SummarisedRun {
  const created = index.has(folder) ? index.find(folder, statusOf(folder)) : undefined;
  if (created !== undefined) return new LookedAtRun(folder, created);
  const read = readSummary(folder);
  if (isForgeError(read)) return new LookedAtRun(folder, null, read);
  const { summary, file } = read;
  index.add(folder, file, summary);
  return new LookedAtRun(folder, summary.created, summary);
}

/** A class, since a function that gives the summary would keep the whole of what was read in memory. */
class LookedAtRun implements SummarisedRun {
  constructor(
    readonly folder: RunFolder,
    readonly created: string | null,
    private readonly said?: RunSummary | ForgeError,
  ) {}

  summary(): RunSummary | ForgeError {
    if (this.said !== undefined) return this.said;
    const read = readSummary(this.folder);
    return isForgeError(read) ? read : read.summary;
  }
}

/** Undefined where there is none: why, reading it says. */
function statusOf(folder: RunFolder): Stats | undefined {
  try {
    return statSync(runFileOf(folder));
  } catch {
    return undefined;
  }
}
