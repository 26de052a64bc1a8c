import { type Stats, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { checkOptions } from '../../errors/check-options.js';
import { type ForgeError, isForgeError } from '../../errors/forge-error.js';
import { experimentNames, type RunFolder, runNumbers } from '../folder/run-folder.js';
import { readSummary, runFileOf } from './read-summary.js';
import { RunIndex } from './run-index.js';
import type { RunSummary, SummarisedRun } from './run-summary.js';

/** How long to block the event loop at a time, ms. */
const maxBlockedMs = 50;

export interface ListOptions {
  /** Whether every summary will be needed: then all are read, without an index. Default: false. */
  readonly whole?: boolean;
}

/**
 * Lists every run in a results folder with its summary. Reads are synchronous, which is faster for thousands of files;
 * a run that is in the index is read only when its summary is needed.
 * @throws ForgeError FILE_SYSTEM when a folder cannot be listed
 */
export async function listRunSummaries(results: string, options: ListOptions = {}): Promise<SummarisedRun[]> {
  checkOptions(options, ['whole'], { of: 'listRunSummaries(results, options)' });
  const { whole = false } = options;
  const experiments = await experimentNames(results);
  // Listed on threads of the pool while the index is read.
  const numbers = Promise.all(experiments.map((experiment) => runNumbers(join(results, experiment))));
  const index = whole ? undefined : RunIndex.open(results);
  const found: SummarisedRun[] = [];
  let yieldAt = performance.now() + maxBlockedMs;
  for (const [at, runs] of (await numbers).entries()) {
    const experiment = experiments[at]!;
    const parent = join(results, experiment);
    for (const number of runs) {
      found.push(readRun({ path: `${parent}${sep}${number}`, experiment, number }, index));
      if (performance.now() < yieldAt) continue;
      await new Promise(setImmediate);
      yieldAt = performance.now() + maxBlockedMs;
    }
  }
  index?.save();
  return found;
}

function readRun(folder: RunFolder, index: RunIndex | undefined): SummarisedRun {
  const created = index?.has(folder) ? index.find(folder, statusOf(folder)) : undefined;
  if (created !== undefined) return new ReadRun(folder, created);
  const read = readSummary(folder);
  if (isForgeError(read)) return new ReadRun(folder, null, read);
  const { summary, file } = read;
  if (index === undefined) return new ReadRun(folder, summary.created, summary);
  index.add(folder, file, summary);
  // Few of thousands are shown: those are read again, so that not all stay in memory.
  return new ReadRun(folder, summary.created);
}

/** A class, because a closure would keep the whole parsed file in memory. */
class ReadRun implements SummarisedRun {
  constructor(
    readonly folder: RunFolder,
    readonly created: string | null,
    private readonly known?: RunSummary | ForgeError,
  ) {}

  summary(): RunSummary | ForgeError {
    if (this.known !== undefined) return this.known;
    const read = readSummary(this.folder);
    return isForgeError(read) ? read : read.summary;
  }
}

/** Undefined if it cannot be read: `readSummary` reports the cause. */
function statusOf(folder: RunFolder): Stats | undefined {
  try {
    return statSync(runFileOf(folder));
  } catch {
    return undefined;
  }
}
