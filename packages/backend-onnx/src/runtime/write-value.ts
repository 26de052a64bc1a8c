import { type DType, elements, type TensorData } from '@forge-ml/core/plugin';

/** Writes the elements of a tensor, or fills with a number. */
export function writeValue(to: Uint8Array, dtype: DType, value: TensorData | number): void {
  if (typeof value === 'object') to.set(value.bytes);
  else fill(to, dtype, value);
}

function fill(to: Uint8Array, dtype: DType, value: number): void {
  // Memory is of zeros: pages that are not written take no memory.
  if (value !== 0) (elements({ dtype, shape: [], bytes: to }) as Float32Array).fill(value);
}
