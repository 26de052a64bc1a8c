import { type ForgeError, isForgeError } from '../../errors/forge-error.js';
import type { MeasuredMetrics } from '../../metrics/log/last-and-best.js';
import type { RunFolder } from '../folder/run-folder.js';
import type { FieldValue } from '../query/query-fields.js';
import { bestOfRun } from '../record/best-of-run.js';
import { setBest, type ValueMap, valuesOfAnnotations, valuesOfFlags, valuesOfRecord } from './field-values.js';
import { readSummary } from './read-summary.js';
import type { RunSummary } from './run-summary.js';

/** Everything that a list of runs may show of a run. */
export interface ReadRun {
  readonly summary: RunSummary | ForgeError;
  /** All its values; of a damaged run, its status and reason. */
  readonly values: ReadonlyMap<string, FieldValue>;
  readonly best: MeasuredMetrics;
}

/**
 * Reads a run from its files.
 * @param known its summary, if it was read before
 */
export async function readRun(folder: RunFolder, known?: RunSummary | ForgeError): Promise<ReadRun> {
  const values: ValueMap = new Map<string, FieldValue>([
    ['experiment', folder.experiment],
    ['number', folder.number],
  ]);
  const add = (more: ReadonlyMap<string, FieldValue>) => {
    for (const [key, value] of more) values.set(key, value);
  };
  const summary = known ?? summaryOf(readSummary(folder));
  if (isForgeError(summary)) {
    return { summary, values: values.set('status', 'damaged').set('reason', summary.message), best: {} };
  }
  const best = summary.best ?? (await bestOrNone(folder.path, summary));
  add(valuesOfRecord(summary, folder.path));
  setBest(values, best);
  add(valuesOfFlags(folder.path).values);
  add(valuesOfAnnotations(folder.path).values);
  return { summary, values, best };
}

function summaryOf(read: ReturnType<typeof readSummary>): RunSummary | ForgeError {
  return isForgeError(read) ? read : read.summary;
}

/** The best values of a run: none if they have to be computed and its `metrics.jsonl` is invalid. */
export async function bestOrNone(folder: string, summary: RunSummary): Promise<MeasuredMetrics> {
  return bestOfRun(folder, summary).catch(() => ({}));
}
