import { checkOptions } from '../../errors/check-options.js';
import { type ForgeError, isForgeError } from '../../errors/forge-error.js';
import type { RunFolder } from '../folder/run-folder.js';
import { readSummary, runFileOf } from './read-summary.js';
import { RunIndex } from './run-index.js';
import type { RunSummary, SummarisedRun } from './run-summary.js';
import { statusOf } from './run-values.js';
import { visitRuns } from './visit-runs.js';

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
  const index = whole ? undefined : RunIndex.open(results, 'list', { load: ['created'] });
  const found: SummarisedRun[] = [];
  await visitRuns(results, (folder) => void found.push(readRun(folder, index)));
  index?.save();
  return found;
}

function readRun(folder: RunFolder, index: RunIndex | undefined): SummarisedRun {
  const { experiment, number } = folder;
  if (index?.has(experiment, number)) {
    const created = index.find(experiment, number, statusOf(runFileOf(folder)))?.get('created');
    if (typeof created === 'string') return new ReadRun(folder, created);
  }
  const read = readSummary(folder);
  if (isForgeError(read)) return new ReadRun(folder, null, read);
  const { summary, file } = read;
  if (index === undefined) return new ReadRun(folder, summary.created, summary);
  if (summary.status !== 'running') index.add(experiment, number, file, new Map([['created', summary.created]]));
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
