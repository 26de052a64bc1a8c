import type { Dataset, EpochPosition, Reader } from './dataset.js';
import type { RowTable } from './row-table.js';

/** One epoch with random access to its elements. */
export interface IndexedEpoch<T> {
  at(index: number): T | Promise<T>;
  /** The rows of arrays in memory that the elements are, so that a batch is gathered without creating examples. */
  readonly rows?: { readonly table: RowTable; rowOf(index: number): number } | undefined;
}

/** A dataset with random access: skipping is free, and it is shuffled as a whole. */
export class IndexedDataset<T> implements Dataset<T> {
  constructor(
    readonly length: number,
    readonly openEpoch: (epoch: number) => IndexedEpoch<T>,
  ) {}

  read({ epoch, skip }: EpochPosition): Reader<T> {
    const elements = this.openEpoch(epoch);
    let index = skip;
    let end = this.length;
    return {
      next() {
        if (index >= end) return { done: true, value: undefined };
        const value = elements.at(index++);
        return isPromise(value) ? value.then(resultOf) : resultOf(value);
      },
      return() {
        end = 0;
      },
    };
  }
}

/** The same elements under other indices. */
export function reindexed<T>(epoch: IndexedEpoch<T>, indexOf: (index: number) => number): IndexedEpoch<T> {
  const { rows } = epoch;
  return {
    at: (index) => epoch.at(indexOf(index)),
    rows: rows && { table: rows.table, rowOf: (index) => rows.rowOf(indexOf(index)) },
  };
}

export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return value instanceof Promise;
}

function resultOf<T>(value: T): IteratorYieldResult<T> {
  return { done: false, value };
}
