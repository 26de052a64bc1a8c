import { fromBfloat16, fromFloat16 } from './half-precision.js';
import { elements, type TensorData } from './tensor-data.js';

/** Some elements of a tensor as numbers, in row-major order; integers beyond 2^53 are rounded. */
export function numbersIn(tensor: TensorData, from: number, to: number): number[] {
  const part = elements(tensor).slice(from, to);
  if (tensor.dtype === 'float16') return [...fromFloat16(part as Uint16Array)];
  if (tensor.dtype === 'bfloat16') return [...fromBfloat16(part as Uint16Array)];
  return Array.from(part as ArrayLike<number | bigint>, Number);
}
