import { fromBfloat16, fromFloat16 } from '../../tensor/half-precision.js';
import { type DType, elements, type TensorData, type TypedArray, tensor } from '../../tensor/tensor-data.js';

/**
 * The dtypes that an array may be converted to, in order of preference. Numbers do not change, except that float32
 * rounds float64. Integers stay integers if possible: they may be labels or indices.
 */
const conversions: Readonly<Record<DType, readonly DType[]>> = {
  float64: ['float32'],
  float32: ['float64'],
  float16: ['float32', 'float64'],
  bfloat16: ['float32', 'float64'],
  int64: ['int32', 'float64', 'float32'],
  uint64: ['int64', 'int32', 'float64', 'float32'],
  uint32: ['int64', 'int32', 'float64', 'float32'],
  int32: ['int64', 'float64', 'float32'],
  int16: ['int32', 'int64', 'float32', 'float64'],
  uint16: ['int32', 'int64', 'float32', 'float64'],
  int8: ['int32', 'int64', 'float32', 'float64'],
  uint8: ['int32', 'int64', 'float32', 'float64'],
  bool: ['uint8', 'int32', 'int64', 'float32', 'float64'],
};

/** The dtype that an array is converted to. It depends only on the array's dtype, so that all batches get the same. */
export function conversionTo(accepted: ReadonlySet<DType>, dtype: DType): DType | undefined {
  return conversions[dtype].find((target) => accepted.has(target));
}

/**
 * Copies an array to another dtype.
 * @param target from `conversionTo`
 * @returns the new array, or the first number that is out of range
 */
export function convert(data: TensorData, target: DType): TensorData | { readonly unfit: number | bigint } {
  const values = numbersOf(data);
  const unfit = firstUnfit(values, fitting(data.dtype, target));
  return unfit === undefined ? tensor(arrayOf(target, values), data.shape, target) : { unfit };
}

function numbersOf(data: TensorData): TypedArray {
  if (data.dtype === 'float16') return fromFloat16(elements(data) as Uint16Array);
  if (data.dtype === 'bfloat16') return fromBfloat16(elements(data) as Uint16Array);
  return elements(data);
}

type Fits = (value: number | bigint) => boolean;

function firstUnfit(values: TypedArray, fits: Fits | undefined): number | bigint | undefined {
  if (fits === undefined) return undefined;
  for (let at = 0; at < values.length; at++) if (!fits(values[at]!)) return values[at];
  return undefined;
}

/** Larger float64 values round to infinity in float32: half a step above the largest finite one. */
const roundsToInfinity = 2 ** 128 - 2 ** 103;

/** The range of integers that a dtype represents exactly. */
const wholeNumbers: Partial<Record<DType, readonly [least: number | bigint, most: number | bigint]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  float32: [-(2 ** 24), 2 ** 24],
  float64: [-(2 ** 53), 2 ** 53],
};

/** A range check; undefined if every number of the first dtype fits the second. */
function fitting(from: DType, to: DType): Fits | undefined {
  if (from === 'float64') return (value) => !Number.isFinite(value) || Math.abs(value as number) < roundsToInfinity;
  const range = /^u?int(32|64)$/.test(from) ? wholeNumbers[to] : undefined;
  return range && ((value) => value >= range[0] && value <= range[1]);
}

function arrayOf(dtype: DType, values: TypedArray): TypedArray {
  if (dtype === 'int64') {
    const whole = new BigInt64Array(values.length);
    for (let at = 0; at < values.length; at++) whole[at] = BigInt(values[at]!);
    return whole;
  }
  const array = new arrayTypes[dtype as keyof typeof arrayTypes](values.length);
  for (let at = 0; at < values.length; at++) array[at] = Number(values[at]);
  return array;
}

const arrayTypes = { float64: Float64Array, float32: Float32Array, int32: Int32Array, uint8: Uint8Array };
