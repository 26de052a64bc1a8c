import {
  type ArrayOf,
  type Batch,
  type DType,
  elements,
  type TensorData,
  type TypedArray,
} from '../tensor/tensor-data.js';
import type { NestedNumbers } from './to-tensor.js';

/** Whatever is accepted as an array: a tensor, a typed array (one dimension), or nested lists of numbers (float32). */
export type ArrayInput = TensorData | TypedArray | NestedNumbers;

/** A predicted array. */
export class OutputTensor<D extends DType = DType> implements TensorData {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
  #data: ArrayOf<D> | undefined;

  constructor({ dtype, shape, bytes }: TensorData & { readonly dtype: D }) {
    this.dtype = dtype;
    this.shape = shape;
    this.bytes = bytes;
  }

  /** The elements in row-major order, as a typed array of the dtype: a view of `bytes` where they are aligned. */
  get data(): ArrayOf<D> {
    this.#data ??= elements<D>(this);
    return this.#data;
  }
}

/** A model's outputs, by name. */
export type Outputs = Readonly<Record<string, OutputTensor>>;

export function outputTensors(batch: Batch): Outputs {
  return Object.fromEntries(Object.entries(batch).map(([name, tensor]) => [name, new OutputTensor(tensor)]));
}
