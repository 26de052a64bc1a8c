import { InvalidIndex } from './indexed-runs.js';
import type { QueriedRun } from './read-run.js';
import { type Needs, RunReader } from './run-reader.js';
import { visitRuns } from './visit-runs.js';

export interface QueriedRuns {
  /** By experiment and number. */
  readonly runs: readonly QueriedRun[];
  /** The keys of the fields of these runs, of the files that were read. */
  readonly keys: ReadonlySet<string>;
}

export interface QueryRequest extends Needs {
  /** The keys that are needed, given those that the runs have. May throw: an unknown name. */
  readonly choose: (known: ReadonlySet<string>) => Iterable<string>;
}

/**
 * Every run of a results folder with the values that are asked for. Runs whose files are unchanged come from the index.
 * Damaged runs are included: they have a status, a reason and their folder's names. Other folders are ignored.
 * @throws ForgeError FILE_SYSTEM when a folder cannot be listed, and what `choose` throws
 */
export async function queryRuns(results: string, request: QueryRequest): Promise<QueriedRuns> {
  try {
    return await query(results, request, false);
  } catch (error) {
    if (!(error instanceof InvalidIndex)) throw error;
    return query(results, request, true);
  }
}

async function query(results: string, request: QueryRequest, ignoreIndex: boolean): Promise<QueriedRuns> {
  const reader = new RunReader(results, request, ignoreIndex);
  await visitRuns(results, (experiment, parent) => reader.reader(experiment, parent));
  const keys = reader.keys();
  reader.load(request.choose(keys));
  reader.save();
  return { runs: reader.runs, keys };
}
