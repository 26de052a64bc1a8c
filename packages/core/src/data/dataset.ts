import type { Batch, TensorData, TypedArray } from '../tensor/tensor-data.js';

/** One example: named values without a batch dimension. A number is a float32 scalar, a typed array has one dimension. */
export type Example = Readonly<Record<string, TensorData | TypedArray | number>>;

export interface EpochPosition {
  /** Which pass over the data, from 0. The order of an epoch is a pure function of (seed, epoch). */
  readonly epoch: number;
  /** How many elements of that epoch have been consumed already. */
  readonly skip: number;
}

/** An iterator of either kind: `await` what `next` returns. `next` may be called before the last has settled. */
export interface Reader<T> {
  next(): IteratorResult<T, unknown> | Promise<IteratorResult<T, unknown>>;
  return?(value?: undefined): unknown;
}

/**
 * Elements (examples, later batches) in an order that depends on nothing but the epoch, so that a position is
 * two numbers and reading on from one is the same as never having stopped.
 */
export interface Dataset<T> {
  /** Elements in an epoch, where it is known without reading; Infinity where an epoch never ends. */
  readonly length: number | undefined;
  /** The elements of one epoch from a position on. Consumers call `return` when they stop early. */
  read(position: EpochPosition): Reader<T>;
}

export type BatchDataset = Dataset<Batch>;
