/**
 * Tensors as data: passed between core and a backend, and stored in a checkpoint.
 * Little-endian, row-major (C order), no gaps.
 */
export const bytesPerElement = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint64: 8,
  uint32: 4,
  uint16: 2,
  uint8: 1,
  bool: 1,
} as const;
export type DType = keyof typeof bytesPerElement;

export interface TensorData {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** Tensors by name, in a fixed order: parameters, optimizer slots. */
export type NamedTensors = ReadonlyMap<string, TensorData>;

/** Named arrays that share their leading dimension, the batch size. */
export type Batch = Readonly<Record<string, TensorData>>;

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
  uint64: BigUint64Array,
  uint32: Uint32Array,
  uint16: Uint16Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

export type ArrayOf<D extends DType> = InstanceType<(typeof arrayTypes)[D]>;

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

/**
 * The elements of a tensor as a typed array: a view if the bytes are aligned, otherwise a copy.
 * float16 and bfloat16 are returned as their raw 16 bits.
 */
export function elements<D extends DType>(tensor: TensorData & { dtype: D }): ArrayOf<D>;
export function elements(tensor: TensorData): TypedArray;
export function elements(tensor: TensorData): TypedArray {
  const Type = arrayTypes[tensor.dtype];
  const { bytes } = tensor;
  // Not bytes.slice(): for a Buffer it returns a view, which is still unaligned.
  const aligned = bytes.byteOffset % Type.BYTES_PER_ELEMENT === 0 ? bytes : new Uint8Array(bytes);
  return new Type(aligned.buffer as ArrayBuffer, aligned.byteOffset, aligned.byteLength / Type.BYTES_PER_ELEMENT);
}

const dtypeOfArray = new Map<string, DType>([
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
 * A tensor over the memory of a typed array (not copied). The shape defaults to one dimension.
 * @throws RangeError if the shape does not match the number of elements.
 */
export function tensor(array: TypedArray, shape: readonly number[] = [array.length], dtype?: DType): TensorData {
  const actual = dtype ?? dtypeOfArray.get(array[Symbol.toStringTag] as string);
  if (actual === undefined) throw new RangeError(`an array of type ${array[Symbol.toStringTag]} is not a tensor`);
  if (sizeOf(shape) !== array.length) {
    throw new RangeError(`shape [${shape.join(', ')}] holds ${sizeOf(shape)} elements, the array has ${array.length}`);
  }
  return { dtype: actual, shape, bytes: new Uint8Array(array.buffer, array.byteOffset, array.byteLength) };
}

/** A batch's size: the leading dimension of its first array; 0 for a batch without arrays. */
export function batchSizeOf(batch: Batch): number {
  for (const name in batch) return batch[name]?.shape[0] ?? 0;
  return 0;
}

/** The type and shape as messages show them: `float32[64, 28, 28, 1]`. */
export function describeTensor(tensor: Pick<TensorData, 'dtype' | 'shape'>): string {
  return `${tensor.dtype}[${tensor.shape.join(', ')}]`;
}

export function isTensorData(value: unknown): value is TensorData {
  if (typeof value !== 'object' || value === null) return false;
  const { dtype, shape, bytes } = value as Partial<TensorData>;
  return (
    typeof dtype === 'string' &&
    Object.hasOwn(bytesPerElement, dtype) &&
    Array.isArray(shape) &&
    bytes instanceof Uint8Array
  );
}
