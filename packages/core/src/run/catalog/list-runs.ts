import { type Stats, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { checkOptions } from '../../errors/check-options.js';
import { type ForgeError, isForgeError } from '../../errors/forge-error.js';
import { experimentNames, type RunFolder, runNumbers } from '../folder/run-folder.js';
import { readSummary, runFileOf } from './read-summary.js';
import { RunIndex } from './run-index.js';
import type { RunSummary, SummarisedRun } from './run-summary.js';

/** How long other work may have to wait, ms. */
const longestTurn = 50;

export interface ListOptions {
  /** Whether every summary will be asked for: then all is read, and an index of no use. */
  readonly whole?: boolean;
}

/**
 * What a list shows of every run under a results folder. Thousands are read one after the other with synchronous
 * calls, and those that the results folder's index knows not at all until their summary is asked for.
 * @throws ForgeError FILE_SYSTEM where a folder cannot be listed
 */
export async function listRunSummaries(results: string, options: ListOptions = {}): Promise<SummarisedRun[]> {
  checkOptions(options, ['whole'], { of: 'listRunSummaries(results, options)' });
  const { whole = false } = options;
  const experiments = await experimentNames(results);
  // Threads list all of them, the index being read meanwhile.
  const numbers = Promise.all(experiments.map((experiment) => runNumbers(join(results, experiment))));
  const index = whole ? undefined : RunIndex.open(results);
  const found: SummarisedRun[] = [];
  let turnEnds = performance.now() + longestTurn;
  for (const [at, taken] of (await numbers).entries()) {
    const experiment = experiments[at]!;
    const parent = join(results, experiment);
    for (const number of taken) {
      found.push(lookAt({ path: `${parent}${sep}${number}`, experiment, number }, index));
      if (performance.now() < turnEnds) continue;
      await new Promise(setImmediate);
      turnEnds = performance.now() + longestTurn;
    }
  }
  index?.save();
  return found;
}

function lookAt(folder: RunFolder, index: RunIndex | undefined): SummarisedRun {
  const created = index?.has(folder) ? index.find(folder, statusOf(folder)) : undefined;
  if (created !== undefined) return new ReadRun(folder, created);
  const read = readSummary(folder);
  if (isForgeError(read)) return new ReadRun(folder, null, read);
  const { summary, file } = read;
  if (index === undefined) return new ReadRun(folder, summary.created, summary);
  index.add(folder, file, summary);
  // Of thousands few are shown: those are read again, rather than all kept in memory.
  return new ReadRun(folder, summary.created);
}

/** A class, since a function that gives the summary would keep the whole of what was read in memory. */
class ReadRun implements SummarisedRun {
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
