import type { Row } from '../tensor/row.js';
import type { Dataset } from './dataset.js';
import { IndexedDataset } from './indexed.js';
import { iterate } from './iterate.js';

/**
 * The rows of epoch 0, of which only some columns are needed: those that are known without loading a row, where the
 * columns are among them.
 */
export function rowsWith(dataset: Dataset<unknown>, columns: readonly string[]): AsyncIterable<Row> {
  return cellsOf(dataset, columns) ?? iterate(dataset as Dataset<Row>, { epoch: 0, skip: 0 });
}

function cellsOf(dataset: Dataset<unknown>, columns: readonly string[]): AsyncIterable<Row> | undefined {
  if (!(dataset instanceof IndexedDataset) || dataset.length === 0) return undefined;
  const { cells } = dataset.openEpoch(0);
  if (cells === undefined || columns.some((column) => !Object.hasOwn(cells(0), column))) return undefined;
  const { length } = dataset;
  return {
    async *[Symbol.asyncIterator]() {
      for (let index = 0; index < length; index++) yield cells(index);
    },
  };
}
