import { sep } from 'node:path';
import { checkOptions } from '../../errors/check-options.js';
import { type ForgeError, isForgeError } from '../../errors/forge-error.js';
import { statusOf } from './field-values.js';
import { readSummary } from './read-summary.js';
import { RunIndex } from './run-index.js';
import type { RunSummary, SummarisedRun } from './run-summary.js';
import { LazyFolder, visitRuns } from './visit-runs.js';

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
  await visitRuns(results, (experiment) => {
    const known = index?.runsOf(experiment);
    const times = known?.column('created');
    return (number, path) => {
      const at = known === undefined ? undefined : known.find(number, statusOf(`${path}${sep}run.json`));
      const created = at === undefined ? undefined : times?.[at];
      if (at !== undefined && typeof created === 'string') {
        known!.keep(at);
        found.push(new ReadRun(experiment, number, path, created));
      } else found.push(readRun(experiment, number, path, index));
      return undefined;
    };
  });
  index?.save();
  return found;
}

function readRun(experiment: string, number: number, path: string, index: RunIndex | undefined): ReadRun {
  const read = readSummary({ path, experiment, number });
  if (isForgeError(read)) return new ReadRun(experiment, number, path, null, read);
  const { summary, file } = read;
  const { created } = summary;
  if (index === undefined) return new ReadRun(experiment, number, path, created, summary);
  if (summary.status !== 'running') index.add(experiment, number, file, new CreatedOnly(created));
  // Few of thousands are shown: those are read again, so that not all stay in memory.
  return new ReadRun(experiment, number, path, created);
}

const createdKeys: readonly string[] = ['created'];

/** The values of a run in the index of lists: a map for each of thousands would be much larger. */
class CreatedOnly {
  constructor(private readonly created: string) {}

  keys(): MapIterator<string> {
    return createdKeys.values();
  }

  get(key: string): string | undefined {
    return key === 'created' ? this.created : undefined;
  }
}

/** A class, because a closure would keep the whole parsed file in memory. */
class ReadRun extends LazyFolder implements SummarisedRun {
  constructor(
    experiment: string,
    number: number,
    path: string,
    readonly created: string | null,
    private readonly known?: RunSummary | ForgeError,
  ) {
    super(experiment, number, path);
  }

  summary(): RunSummary | ForgeError {
    if (this.known !== undefined) return this.known;
    const read = readSummary(this.folder);
    return isForgeError(read) ? read : read.summary;
  }
}
