import type { Stats } from 'node:fs';
import type { FieldValue } from '../query/query-fields.js';
import type { KnownRuns } from './indexed-runs.js';
import type { RunIndex } from './run-index.js';

type Values = ReadonlyMap<string, FieldValue>;

/**
 * The values of one file of each run of an experiment. A run has a handle: its position in the index, or a negative number
 * if its file was read. So a run needs no object for each of its files.
 */
export class FileValues {
  private readonly known: KnownRuns | undefined;
  private readonly read: Values[] = [];

  /** @param keys gets the keys of values that are read */
  constructor(
    private readonly experiment: string,
    private readonly index: RunIndex,
    private readonly keys: Set<string>,
  ) {
    this.known = index.runsOf(experiment);
  }

  /**
   * The handle of a run that is indexed.
   * @param file the status of its file now: another one than the indexed is not believed
   * @param required a value that must be true
   */
  find(number: number, file: Stats | undefined, required?: string): number | undefined {
    const { known } = this;
    if (known === undefined) return undefined;
    const at = known.find(number, file);
    if (at === undefined || (required !== undefined && known.valueAt(at, required) !== true)) return undefined;
    known.keep(at);
    return at;
  }

  /** Adds values to the index, unless the file may change unnoticed. @returns their handle */
  add(number: number, file: Stats | undefined, values: Values): number {
    this.index.add(this.experiment, number, file, values);
    return this.use(values);
  }

  /** Values that the index does not hold. @returns their handle */
  use(values: Values): number {
    for (const key of values.keys()) this.keys.add(key);
    return -this.read.push(values);
  }

  get(handle: number, key: string): FieldValue | undefined {
    return handle < 0 ? this.read[-handle - 1]!.get(key) : this.known!.valueAt(handle, key);
  }
}
