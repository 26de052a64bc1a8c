import { fromBfloat, fromHalf } from '../../tensor/half.js';
import { bitsPerElement, type DType, sizeOf, type TensorData } from '../../tensor/tensor.js';

/** Reads single elements of a floating tensor, so that large ones need not become arrays of numbers. */
export interface Elements {
  readonly count: number;
  readonly shape: readonly number[];
  at(index: number): number;
}

export function elementsOf({ dtype, shape, bytes }: TensorData): Elements {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = bitsPerElement[dtype] / 8;
  const read = readers[dtype];
  return { count: sizeOf(shape), shape, at: (index) => (read ? read(view, index * size) : Number.NaN) };
}

const readers: Readonly<Partial<Record<DType, (view: DataView, at: number) => number>>> = {
  float32: (view, at) => view.getFloat32(at, true),
  float64: (view, at) => view.getFloat64(at, true),
  float16: (view, at) => fromHalf(view.getUint16(at, true)),
  bfloat16: (view, at) => fromBfloat(view.getUint16(at, true)),
};
