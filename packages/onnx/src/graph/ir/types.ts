import type { DType } from '../../tensor/tensor.js';

/**
 * The size of a dimension: a number where it is known when the graph is made, else a name. Equal names are equal
 * sizes; the batch size is usually `batch`.
 */
export type Dim = number | string;
export type Shape = readonly Dim[];

export interface TensorType<D extends DType = DType> {
  readonly dtype: D;
  readonly shape: Shape;
}

/** `float32[batch, 784]` */
export function describeType({ dtype, shape }: TensorType): string {
  return `${dtype}[${shape.join(', ')}]`;
}
