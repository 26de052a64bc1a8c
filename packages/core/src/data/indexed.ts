import type { Row } from '../tensor/row.js';
import type { Dataset, EpochPosition, Reader } from './dataset.js';
import type { RowTable } from './row-table.js';

/** One epoch with random access to its elements. */
export interface IndexedEpoch<T> {
  at(index: number): T | Promise<T>;
  /** The rows of arrays in memory that the elements are, so that a batch is gathered without creating examples. */
  readonly rows?: { readonly table: RowTable; rowOf(index: number): number } | undefined;
  /** What is known of a row without loading it, such as its label, if the elements are rows. */
  readonly cells?: ((index: number) => Row) | undefined;
  /** The dataset that was shuffled: these are all of its elements in another order. */
  readonly order?: { readonly of: IndexedDataset<T>; indexOf(index: number): number } | undefined;
  /**
   * Whether the elements that were read depend on the epoch: they were shuffled, or a function that made them used the
   * epoch or random numbers. If false after every element was read, each epoch has the same elements.
   */
  dependsOnEpoch(): boolean;
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

/** An epoch's elements under other indices. */
export function reindexed<T>(elements: IndexedEpoch<T>, indexOf: (index: number) => number): IndexedEpoch<T> {
  const { rows, cells } = elements;
  return {
    cells: cells && ((index) => cells(indexOf(index))),
    at: (index) => elements.at(indexOf(index)),
    rows: rows && { table: rows.table, rowOf: (index) => rows.rowOf(indexOf(index)) },
    dependsOnEpoch: elements.dependsOnEpoch,
  };
}

export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return value instanceof Promise;
}

function resultOf<T>(value: T): IteratorYieldResult<T> {
  return { done: false, value };
}
