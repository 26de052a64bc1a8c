import { type ForgeError, isForgeError } from '../errors/forge-error.js';
import { type IndexedRuns, parseSummary } from './indexed-runs.js';
import { readSummary } from './read-summary.js';
import type { RunFolder } from './run-folder.js';
import type { RunSummary, SummarisedRun } from './run-summary.js';

/** A run that the index knows: of thousands few are shown, so what was read of it is put together when it is asked for. */
export class RememberedRun implements SummarisedRun {
  constructor(
    readonly folder: RunFolder,
    private readonly runs: IndexedRuns,
    private readonly at: number,
  ) {}

  get created(): string {
    return this.runs.created[this.at]!;
  }

  summary(): RunSummary | ForgeError {
    const remembered = parseSummary(this.runs.summary[this.at]!);
    if (remembered !== undefined) return remembered;
    const read = readSummary(this.folder);
    return isForgeError(read) ? read : read.summary;
  }
}
