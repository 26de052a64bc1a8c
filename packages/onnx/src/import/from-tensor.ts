import { invalidModel } from '../errors/onnx-error.js';
import { shapeProblem } from '../graph/ir/check-shape.js';
import { UnreadBytes } from '../proto/byte-source.js';
import { dtypeOfCode, isDataType, nameOfDataType } from '../proto/data-types.js';
import type { TensorProto } from '../proto/messages.js';
import { tensorOf } from '../tensor/numbers.js';
import { isPacked } from '../tensor/packed.js';
import { type AnyTensor, byteLengthOf, type DType, tensor } from '../tensor/tensor.js';
import { type FileRange, fileTensor } from './file-tensor.js';

/** The bytes of tensors in other files, read beforehand; of those to read when they are used, where they are. */
export type ExternalBytes = ReadonlyMap<TensorProto, Uint8Array | FileRange>;

/**
 * Decodes a tensor from any of the format's encodings, into its own buffer.
 * @throws OnnxError MODEL_INVALID naming the tensor
 */
export function fromTensor(proto: TensorProto, what: string, external: ExternalBytes): AnyTensor {
  const { dtype, shape, byteLength } = layoutOf(proto, what);
  const outside = external.get(proto);
  if (outside instanceof Uint8Array) return { dtype, shape, bytes: outside };
  const { rawData } = proto;
  if (outside) {
    if (rawData !== undefined) checkLength(rawData.length, byteLength, what);
    return fileTensor(proto.name, { dtype, shape, byteLength }, outside);
  }
  if (rawData instanceof UnreadBytes) throw new Error(`${what} was not read`);
  if (rawData !== undefined && (rawData.length > 0 || byteLength === 0)) {
    checkLength(rawData.length, byteLength, what);
    return { dtype, shape, bytes: new Uint8Array(rawData) };
  }
  if (dtype === 'float32' || dtype === 'float64') {
    const bytes = joined(dtype === 'float32' ? proto.floatData : proto.doubleData);
    checkLength(bytes.length, byteLength, what);
    return { dtype, shape, bytes };
  }
  const numbers = numbersIn(proto, dtype);
  if (isPacked(dtype)) return { dtype, shape, bytes: fromPackedInts(numbers as number[], byteLength, what) };
  checkLength(byteLengthOf({ dtype, shape: [numbers.length] }), byteLength, what);
  checkRange(numbers, dtype, what);
  if (dtype === 'float16' || dtype === 'bfloat16') return tensor(Uint16Array.from(numbers as number[]), shape, dtype);
  return tensorOf(numbers, dtype, shape);
}

/** Whether a tensor is of a type that has no numbers here, but is one of ONNX's, so that it can be kept. */
export function isKept({ dataType }: TensorProto): boolean {
  return dtypeOfCode(dataType) === undefined && isDataType(dataType);
}

export interface TensorLayout {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly byteLength: number;
}

export function layoutOf(proto: TensorProto, what: string): TensorLayout {
  const dtype = dtypeOfCode(proto.dataType);
  if (dtype === undefined) {
    throw invalidModel(`${what} is of type ${nameOfDataType(proto.dataType)}, which is not supported.`, proto.name);
  }
  if (proto.segment) throw invalidModel(`${what} is in segments, which are not supported.`, proto.name);
  const shape = proto.dims.map(Number);
  const problem = shapeProblem(shape);
  if (problem !== undefined) throw invalidModel(`${what} has the shape [${shape.join(', ')}], ${problem}.`, proto.name);
  return { dtype, shape, byteLength: byteLengthOf({ dtype, shape }) };
}

function checkLength(actual: number, expected: number, what: string): void {
  if (actual !== expected) throw invalidModel(`${what} needs ${expected} bytes by its shape, but holds ${actual}.`);
}

/** Small types are stored as int32s, and the unsigned large ones as uint64s. */
function numbersIn(proto: TensorProto, dtype: DType): readonly (number | bigint)[] {
  if (dtype === 'int64') return proto.int64Data;
  if (dtype === 'uint64') return proto.uint64Data.map((value) => BigInt.asUintN(64, value));
  return dtype === 'uint32' ? proto.uint64Data : proto.int32Data;
}

const ranges: Readonly<Partial<Record<DType, readonly [number, number]>>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
  int32: [-2147483648, 2147483647],
  uint32: [0, 4294967295],
  bool: [0, 1],
  // Bits; some writers extend the sign.
  float16: [-32768, 65535],
  bfloat16: [-32768, 65535],
};

function checkRange(numbers: readonly (number | bigint)[], dtype: DType, what: string): void {
  const range = ranges[dtype];
  const outside = range && numbers.find((value) => value < range[0] || value > range[1]);
  if (outside !== undefined) throw invalidModel(`${what} holds ${outside}, which is out of range for ${dtype}.`);
}

/** Each int32 holds one byte, that is two elements. Some writers extend the sign. */
function fromPackedInts(numbers: readonly number[], byteLength: number, what: string): Uint8Array {
  checkLength(numbers.length, byteLength, what);
  const outside = numbers.find((value) => value < -128 || value > 255);
  if (outside !== undefined) throw invalidModel(`${what} holds ${outside}, which is not a byte of two 4-bit elements.`);
  return Uint8Array.from(numbers);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
