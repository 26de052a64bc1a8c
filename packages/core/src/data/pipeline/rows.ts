import { checkOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { Row } from '../../tensor/row.js';
import { CallLimit } from '../call-limit.js';
import { failedAt } from '../check.js';
import { IndexedDataset, isPromise } from '../indexed.js';
import { Pipeline } from './pipeline.js';

export interface RowsOptions<R extends Row, Loaded extends Row> {
  /**
   * Loads the rest of a row when it is read, such as the image in a file that the row names. It must depend only on the row. What is
   * known before, such as labels, is split and fitted without it.
   */
  readonly load?: (row: R) => Loaded | Promise<Loaded>;
}

/** Calls of `load` at once: limits open files and memory. */
const mostLoads = 64;

/**
 * A dataset over rows in memory, with random access: `fromRows([{ age: 41, plan: 'basic' }, …])`.
 * @throws ForgeError DATA_INVALID for something else than a list of objects
 */
export function fromRows<R extends Row, Loaded extends Row = R>(
  rows: readonly R[],
  options: RowsOptions<R, Loaded> = {},
): Pipeline<R & Loaded> {
  checkOptions(options, ['load'], { of: 'fromRows(rows, options)' });
  const wrong = Array.isArray(rows) ? rows.findIndex((row) => typeof row !== 'object' || row === null) : -2;
  if (wrong !== -1) {
    const what = wrong === -2 ? 'fromRows takes a list of rows' : `Row ${wrong + 1} is no object`;
    throw new ForgeError('DATA_INVALID', `${what}.`, {
      about: 'rows',
      hint: 'Give objects with a value for each column: fromRows([{ age: 41, plan: "basic" }]).',
    });
  }
  const { load } = options;
  const limit = new CallLimit(mostLoads);
  const loaded = (row: R, index: number, epoch: number): (R & Loaded) | Promise<R & Loaded> => {
    const fail = (error: unknown): never => {
      throw failedAt('load function', index, epoch, error);
    };
    try {
      const rest = limit.call(() => load!(row));
      return isPromise(rest) ? rest.then((found) => ({ ...row, ...found }), fail) : { ...row, ...rest };
    } catch (error) {
      return fail(error);
    }
  };
  return Pipeline.from(
    new IndexedDataset<R & Loaded>(rows.length, (epoch) => ({
      at: (index) => (load === undefined ? ({ ...rows[index]! } as R & Loaded) : loaded(rows[index]!, index, epoch)),
      cells: (index) => rows[index]!,
      dependsOnEpoch: () => false,
    })),
  );
}
