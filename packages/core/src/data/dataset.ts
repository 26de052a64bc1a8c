import type { Batch, TensorData, TypedArray } from '../tensor/tensor-data.js';

/** One example: named values without a batch dimension. A number is a float32 scalar, a typed array has one dimension. */
export type Example = Readonly<Record<string, TensorData | TypedArray | number>>;

export interface EpochPosition {
  /** The pass over the data, from 0. The order of an epoch is a pure function of (seed, epoch). */
  readonly epoch: number;
  /** How many elements of that epoch were consumed before. */
  readonly skip: number;
}

/** A synchronous or asynchronous iterator: `await` what `next` returns. Calls of `next` may overlap. */
export interface Reader<T> {
  next(): IteratorResult<T, unknown> | Promise<IteratorResult<T, unknown>>;
  return?(value?: undefined): unknown;
}

/**
 * Elements (examples or batches) in an order that depends only on the epoch, so that a position is two numbers and
 * resuming from it is the same as never having stopped.
 */
export interface Dataset<T> {
  /** Elements in an epoch; Infinity if it never ends, undefined if it is unknown without reading, or before `open`. */
  readonly length: number | undefined;
  /**
   * Prepares what reading needs: opens files, fits preprocessing. Calls after the first do nothing. `read` does it where
   * it was not called.
   */
  open?(): Promise<void>;
  /** Reads one epoch from a position on. Consumers call `return` if they stop early. */
  read(position: EpochPosition): Reader<T>;
}

export type BatchDataset = Dataset<Batch>;
