import type { Node, Value } from '../graph/ir/graph.js';
import { intAttribute } from '../graph/ir/read-attributes.js';
import { concat, reshape, slice, unsqueeze } from '../ops/shape.js';
import { highHalves, lowHalves } from './half-bytes.js';

/** A matrix [rows, columns] of whole numbers of 4 or 8 bits: each stands for (number - zero) · scale. */
export interface QuantizedMatrix {
  readonly rows: number;
  /** Even for 4 bits. */
  readonly columns: number;
  readonly bits: 4 | 8;
  /** uint8, or int8: its bytes in any shape. Numbers of 4 bits are two to a byte, the first in the low half. */
  readonly codes: Value;
  /** Whether those of 4 bits are int4, in two's complement; their zeros are 8 greater. */
  readonly signed: boolean;
  /** The axis along which `block` numbers have one scale and one zero. 4 bits along columns: an even number. */
  readonly axis: 0 | 1;
  readonly block: number;
  /** float32, one for each block, in any shape. */
  readonly scales: Value;
  /** In the type of the codes: one for each block, in any shape; or one for all. */
  readonly zeros: Value | number;
}

/**
 * The weights of a MatMulNBits; undefined for those in layouts that are rare. The last block of a row may be filled up:
 * there may be more columns than K.
 * @see https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.MatMulNBits
 */
export function matrixOfMatMulNBits(node: Node): QuantizedMatrix | undefined {
  const [, codes, scales, zero, group] = node.inputs;
  const bits = intAttribute(node, 'bits', 4);
  const isUsual = (bits === 4 || bits === 8) && !group && intAttribute(node, 'weight_prepacked', 0) === 0;
  if (!isUsual || codes?.dtype !== 'uint8' || scales?.dtype !== 'float32') return undefined;
  if (zero && zero.dtype !== 'uint8') return undefined;
  const [rows, block] = [intAttribute(node, 'N', 0), intAttribute(node, 'block_size', 0)];
  const blocks = Math.ceil(intAttribute(node, 'K', 0) / block);
  return {
    ...{ rows, columns: blocks * block, bits, codes, signed: false, axis: 1, block, scales },
    zeros: zero ? (bits === 8 ? zero : zerosOfRows(zero, rows, blocks)) : 2 ** (bits - 1),
  };
}

/** Rows of zero points of 4 bits begin at a whole byte. */
function zerosOfRows(zeros: Value, rows: number, blocks: number): Value {
  const pairs = reshape(zeros, [rows, Math.ceil(blocks / 2), 1]);
  const all = reshape(concat([lowHalves(pairs), highHalves(pairs)], 2), [rows, -1]);
  return blocks % 2 === 0 ? all : slice(all, [0], [blocks], [1]);
}

/**
 * What a DequantizeLinear of a matrix restores; undefined for layouts that its own kernel restores as fast.
 * @param codes its codes and zero points, where they are of 4 bits: as bytes
 */
export function matrixOfDequantizeLinear(
  node: Node,
  bytesOf: (value: Value) => Value | undefined,
): QuantizedMatrix | undefined {
  const [x, scales, zero] = node.inputs;
  const [rows, columns] = x?.shape ?? [];
  const bits = x && bitsOf[x.dtype as keyof typeof bitsOf];
  const block = intAttribute(node, 'block_size', 0);
  if (!x || !bits || typeof rows !== 'number' || typeof columns !== 'number') return undefined;
  if (x.shape.length !== 2 || scales?.dtype !== 'float32' || block === 0) return undefined;
  const given = intAttribute(node, 'axis', 1);
  const axis = given === 0 || given === -2 ? 0 : 1;
  if (
    (x.shape[axis]! as number) % block !== 0 ||
    (bits === 4 && (columns % 2 === 1 || (axis === 1 && block % 2 === 1)))
  ) {
    return undefined;
  }
  const codes = bits === 4 ? bytesOf(x) : x;
  const zeroBytes = zero && (bits === 4 ? bytesOf(zero) : zero);
  if (codes === undefined || (zero && !zeroBytes)) return undefined;
  const signed = x.dtype === 'int4';
  const matrix = { rows, columns, bits, codes, signed, axis, block, scales } as const;
  if (!zeroBytes) return { ...matrix, zeros: signed ? 8 : 0 };
  return { ...matrix, zeros: bits === 4 ? unpackedCodes(zeroBytes, (rows * columns) / block, signed) : zeroBytes };
}

const bitsOf = { int4: 4, uint4: 4, int8: 8, uint8: 8 } as const;

/** uint8 [count]: numbers of 4 bits; those of int4 are 8 greater. */
export function unpackedCodes(bytes: Value, count: number, signed: boolean): Value {
  const pairs = unsqueeze(reshape(bytes, [-1]), [1]);
  const all = reshape(concat([lowHalves(pairs, signed), highHalves(pairs, signed)], 1), [-1]);
  return count % 2 === 0 ? all : slice(all, [0], [count]);
}
