import { fromBfloat, fromHalf, toBfloat, toHalf } from './half.js';
import { type AnyTensor, type DType, elements, type TensorData, tensor, type UnpackedDType } from './tensor.js';

/** A tensor of these numbers; each is converted to `dtype` (truncated for whole numbers, true is not 0). */
export function tensorOf(
  values: readonly (number | bigint)[],
  dtype: UnpackedDType,
  shape: readonly number[],
): TensorData;
export function tensorOf(values: readonly (number | bigint)[], dtype: DType, shape: readonly number[]): AnyTensor;
export function tensorOf(values: readonly (number | bigint)[], dtype: DType, shape: readonly number[]): AnyTensor {
  const numbers = () => values.map(Number);
  const whole = () => values.map((value) => (typeof value === 'bigint' ? value : BigInt(Math.trunc(value))));
  switch (dtype) {
    case 'float64':
      return tensor(new Float64Array(numbers()), shape);
    case 'float32':
      return tensor(new Float32Array(numbers()), shape);
    case 'float16':
      return tensor(new Uint16Array(numbers().map(toHalf)), shape, 'float16');
    case 'bfloat16':
      return tensor(new Uint16Array(numbers().map(toBfloat)), shape, 'bfloat16');
    case 'int64':
      return tensor(new BigInt64Array(whole()), shape);
    case 'uint64':
      return tensor(new BigUint64Array(whole()), shape);
    case 'int32':
      return tensor(new Int32Array(numbers()), shape);
    case 'uint32':
      return tensor(new Uint32Array(numbers()), shape);
    case 'int16':
      return tensor(new Int16Array(numbers()), shape);
    case 'uint16':
      return tensor(new Uint16Array(numbers()), shape);
    case 'int8':
      return tensor(new Int8Array(numbers()), shape);
    case 'uint8':
      return tensor(new Uint8Array(numbers()), shape);
    case 'int4':
    case 'uint4':
      return tensor(dtype === 'int4' ? new Int8Array(numbers()) : new Uint8Array(numbers()), shape, dtype);
    case 'bool':
      return tensor(new Uint8Array(values.map((value) => (Number(value) !== 0 ? 1 : 0))), shape, 'bool');
  }
}

/** A tensor's elements as numbers; 64-bit ones beyond 2^53 lose their last digits. */
export function numbersOf(data: AnyTensor): number[] {
  const list = Array.from(elements(data) as ArrayLike<number | bigint>, Number);
  if (data.dtype === 'float16') return list.map(fromHalf);
  return data.dtype === 'bfloat16' ? list.map(fromBfloat) : list;
}
