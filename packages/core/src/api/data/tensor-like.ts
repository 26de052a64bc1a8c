import { type NestedNumbers, toTensor } from '../../data/to-tensor.js';
import { ForgeError } from '../../errors/forge-error.js';
import {
  type DType,
  isTensorData,
  sizeOf,
  type TensorData,
  type TypedArray,
  tensor,
} from '../../tensor/tensor-data.js';

type Signature = Pick<TensorData, 'dtype' | 'shape'>;

/** The types that lists of numbers are converted to. */
const arraysOf: Partial<Record<DType, (numbers: readonly number[]) => TypedArray>> = {
  float64: (numbers) => Float64Array.from(numbers),
  int64: (numbers) => BigInt64Array.from(numbers, BigInt),
  int32: (numbers) => Int32Array.from(numbers),
  int16: (numbers) => Int16Array.from(numbers),
  int8: (numbers) => Int8Array.from(numbers),
  uint64: (numbers) => BigUint64Array.from(numbers, BigInt),
  uint32: (numbers) => Uint32Array.from(numbers),
  uint16: (numbers) => Uint16Array.from(numbers),
  uint8: (numbers) => Uint8Array.from(numbers),
  bool: (numbers) => Uint8Array.from(numbers),
};

/**
 * A user's array as a tensor like that of the training data: lists of numbers get its dtype, a typed array gets its
 * shape, with as many examples as fit. A tensor stays as it is.
 * @param signature of the array in a training batch; undefined for an array that training did not have
 * @throws ForgeError DATA_INVALID naming the array
 */
export function tensorLike(name: string, value: unknown, signature: Signature | undefined): TensorData {
  const plain = toTensor(name, value);
  if (signature === undefined || isTensorData(value)) return plain;
  if (Array.isArray(value)) return withDType(name, value, plain, signature.dtype);
  return withShape(plain, signature.shape);
}

function withDType(name: string, lists: NestedNumbers, plain: TensorData, dtype: DType): TensorData {
  const convert = arraysOf[dtype];
  if (convert === undefined || dtype === plain.dtype) return plain;
  const numbers = (lists as readonly unknown[]).flat(Number.POSITIVE_INFINITY as 1) as number[];
  let wrong = dtype === 'float64' ? undefined : numbers.find((number) => !Number.isInteger(number));
  if (wrong === undefined) {
    const array = convert(numbers);
    wrong = numbers.find((number, index) => !Object.is(Number(array[index]), number + 0));
    if (wrong === undefined) return tensor(array, plain.shape, dtype);
  }
  throw new ForgeError('DATA_INVALID', `Array "${name}" contains ${wrong}, which does not fit its type ${dtype}.`, {
    about: name,
    hint: `The model was trained on ${dtype}. Convert the numbers, or pass a typed array.`,
  });
}

function withShape(plain: TensorData, [, ...example]: readonly number[]): TensorData {
  const count = plain.shape[0]! / sizeOf(example);
  return example.length > 0 && Number.isInteger(count) ? { ...plain, shape: [count, ...example] } : plain;
}
