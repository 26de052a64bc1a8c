import { fromBfloat16, fromFloat16 } from '../../../tensor/half-precision.js';
import { type Batch, type DType, elements, type TensorData, type TypedArray } from '../../../tensor/tensor-data.js';

/** A typed array of numbers. */
export type NumberArray = Exclude<TypedArray, BigInt64Array | BigUint64Array>;

/** An array of a batch, or an output of the model, as metrics see it. */
export class MetricArray implements TensorData {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
  #data: NumberArray | undefined;

  constructor({ dtype, shape, bytes }: TensorData) {
    this.dtype = dtype;
    this.shape = shape;
    this.bytes = bytes;
  }

  /**
   * The numbers in row-major order, examples first; not to be changed. 64-bit integers as float64 (beyond 2^53 rounded),
   * half precision as float32.
   */
  get data(): NumberArray {
    this.#data ??= numbersOf(this);
    return this.#data;
  }
}

/** Arrays by name. With `noUncheckedIndexedAccess`, TypeScript needs the names: `MetricArrays<'labels'>`. */
export type MetricArrays<Names extends string = string> = Readonly<Record<Names, MetricArray>>;

export function metricArrays(batch: Batch): MetricArrays {
  return Object.fromEntries(Object.entries(batch).map(([name, tensor]) => [name, new MetricArray(tensor)]));
}

function numbersOf(tensor: TensorData): NumberArray {
  const data = elements(tensor);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    return Float64Array.from(data as ArrayLike<bigint>, Number);
  }
  if (tensor.dtype === 'float16') return fromFloat16(data);
  return tensor.dtype === 'bfloat16' ? fromBfloat16(data) : data;
}
