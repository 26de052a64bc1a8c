import { isPacked, type PackedDType, packed, unpacked } from './packed.js';

/**
 * Bits of an element. Tensors are little-endian, row-major (C order), without gaps. Two elements of 4 bits share a byte,
 * the first in its low half; an odd count leaves the last high half 0.
 */
export const bitsPerElement = {
  float64: 64,
  float32: 32,
  float16: 16,
  bfloat16: 16,
  int64: 64,
  int32: 32,
  int16: 16,
  int8: 8,
  int4: 4,
  uint64: 64,
  uint32: 32,
  uint16: 16,
  uint8: 8,
  uint4: 4,
  bool: 8,
} as const;
export type DType = keyof typeof bitsPerElement;

/** The types whose elements have an address of their own: those of inputs, parameters and results. */
export type UnpackedDType = Exclude<DType, PackedDType>;

export interface TensorData<D extends DType = UnpackedDType> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** A tensor of any type: one that is fixed in a graph may be packed. */
export type AnyTensor = TensorData<DType>;

export function isUnpacked(data: AnyTensor): data is TensorData {
  return !isPacked(data.dtype);
}

/** A tensor whose bytes are read when they are used: their number is known before. */
export interface LazyTensor<D extends DType = DType> extends TensorData<D> {
  readonly byteLength: number;
  /** Some of its bytes, read without the others. */
  readonly part: (from: number, to: number) => Uint8Array;
  /** Reads all of them into memory of their number, without other memory. */
  readonly readInto: (bytes: Uint8Array) => void;
}

export function isLazy(data: AnyTensor | LazyTensor): data is LazyTensor {
  return 'byteLength' in data;
}

/** The number of bytes that a tensor holds, without reading those of a lazy one. */
export function heldBytes(data: AnyTensor | LazyTensor): number {
  return isLazy(data) ? data.byteLength : data.bytes.byteLength;
}

/** Tensors by name. */
export type NamedTensors = ReadonlyMap<string, TensorData>;

export type TypedArray =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray;

const arrayTypes = {
  float64: Float64Array,
  float32: Float32Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int16: Int16Array,
  int8: Int8Array,
  int4: Int8Array,
  uint64: BigUint64Array,
  uint32: Uint32Array,
  uint16: Uint16Array,
  uint8: Uint8Array,
  uint4: Uint8Array,
  bool: Uint8Array,
} as const;

export type ArrayOf<D extends DType> = InstanceType<(typeof arrayTypes)[D]>;

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

/** How many bytes a tensor of this type holds. */
export function byteLengthOf({ dtype, shape }: Omit<AnyTensor, 'bytes'>): number {
  return Math.ceil((sizeOf(shape) * bitsPerElement[dtype]) / 8);
}

/**
 * The elements of a tensor as a typed array: a view where the bytes are aligned, else a copy. float16 and bfloat16 come
 * as their raw 16 bits; int4 and uint4 are unpacked, one to a byte.
 */
export function elements<D extends DType>(tensor: AnyTensor & { dtype: D }): ArrayOf<D>;
export function elements(tensor: AnyTensor): TypedArray;
export function elements(tensor: AnyTensor): TypedArray {
  const Type = arrayTypes[tensor.dtype];
  const { bytes } = tensor;
  if (isPacked(tensor.dtype)) return unpacked(bytes, sizeOf(tensor.shape), tensor.dtype);
  // Not bytes.slice(): a Buffer's is a view, as badly aligned as before.
  const aligned = bytes.byteOffset % Type.BYTES_PER_ELEMENT === 0 ? bytes : new Uint8Array(bytes);
  return new Type(aligned.buffer as ArrayBuffer, aligned.byteOffset, aligned.byteLength / Type.BYTES_PER_ELEMENT);
}

const dtypeOfArray = new Map<string, UnpackedDType>([
  ['Float64Array', 'float64'],
  ['Float32Array', 'float32'],
  ['BigInt64Array', 'int64'],
  ['BigUint64Array', 'uint64'],
  ['Int32Array', 'int32'],
  ['Uint32Array', 'uint32'],
  ['Int16Array', 'int16'],
  ['Uint16Array', 'uint16'],
  ['Int8Array', 'int8'],
  ['Uint8Array', 'uint8'],
  ['Uint8ClampedArray', 'uint8'],
]);

/**
 * A tensor over the memory of a typed array: not copied, except that int4 and uint4 are packed. The shape defaults to one dimension.
 * @throws RangeError when the shape does not hold exactly the array's elements.
 */
export function tensor(array: TypedArray, shape?: readonly number[], dtype?: UnpackedDType): TensorData;
export function tensor(array: TypedArray, shape?: readonly number[], dtype?: DType): AnyTensor;
export function tensor(array: TypedArray, shape: readonly number[] = [array.length], dtype?: DType): AnyTensor {
  const actual = dtype ?? dtypeOfArray.get(array[Symbol.toStringTag] as string);
  if (actual === undefined) throw new RangeError(`an array of type ${array[Symbol.toStringTag]} is not a tensor`);
  if (sizeOf(shape) !== array.length) {
    throw new RangeError(`shape [${shape.join(', ')}] holds ${sizeOf(shape)} elements, the array has ${array.length}`);
  }
  if (isPacked(actual)) return { dtype: actual, shape, bytes: packed(array as Int8Array | Uint8Array) };
  return { dtype: actual, shape, bytes: new Uint8Array(array.buffer, array.byteOffset, array.byteLength) };
}

/** `float32[64, 28, 28, 1]`, for messages. */
export function describeTensor(tensor: Pick<AnyTensor, 'dtype' | 'shape'>): string {
  return `${tensor.dtype}[${tensor.shape.join(', ')}]`;
}
