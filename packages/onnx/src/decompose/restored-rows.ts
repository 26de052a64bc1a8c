import { int } from '../graph/ir/attributes.js';
import type { Value } from '../graph/ir/graph.js';
import { constant } from '../graph/ir/values.js';
import { call } from '../graph/make-node.js';
import { cast, mul, sub } from '../ops/elementwise.js';
import { reshape, slice } from '../ops/shape.js';
import { asUnsigned, highHalves, inBothHalves, lowHalves } from './half-bytes.js';
import type { QuantizedMatrix } from './quantized-matrix.js';

/** Some rows of a quantized matrix: their codes, and their scales and zeros. */
export interface QuantizedRows {
  readonly count: number;
  readonly codes: Value;
  readonly scales: Value;
  readonly zeros: Value | number;
}

/**
 * Whether the second matrix that `restoredRows` returns for 4 bits is that of whole bytes: the numbers in even columns
 * and 16 times those in odd columns. Restoring bytes needs no shift of all of them.
 */
export function restoresBytes({ bits, axis }: QuantizedMatrix): boolean {
  return bits === 4 && axis === 1;
}

/**
 * The numbers of the rows, as floats: [count, columns]. Of 4 bits there are two matrices [count, columns / 2]: even and
 * odd columns, see `restoresBytes`. Putting them together would take as long as restoring them.
 */
export function restoredRows(matrix: QuantizedMatrix, rows: QuantizedRows): readonly Value[] {
  return matrix.axis === 1 ? blocksOfColumns(matrix, rows) : blocksOfRows(matrix, rows);
}

/** A block is a row for DequantizeLinear, whose kernel takes a fifth of the time with one scale to a row. */
function blocksOfColumns({ columns, bits, block, signed }: QuantizedMatrix, rows: QuantizedRows): Value[] {
  const { count, scales, zeros } = rows;
  const blocks = (count * columns) / block;
  const scale = reshape(scales, [blocks]);
  const zero = typeof zeros === 'number' ? filled(zeros, rows.codes, [blocks]) : reshape(zeros, [blocks]);
  const restored = (codes: Value, zero: Value) => {
    const floats = call('DequantizeLinear', [codes, scale, zero], { axis: int(0) });
    return reshape(floats, [count, (columns * bits) / 8]);
  };
  const codes = asUnsigned(reshape(rows.codes, [blocks, (block * bits) / 8]), signed);
  if (bits === 8) return [restored(codes, zero)];
  const both = typeof zeros === 'number' ? filled(17 * zeros, codes, [blocks]) : inBothHalves(zero);
  return [restored(lowHalves(codes), zero), restored(codes, both)];
}

function blocksOfRows({ columns, bits, block, signed }: QuantizedMatrix, rows: QuantizedRows): Value[] {
  const { count, scales, zeros } = rows;
  const blocks = count / block;
  const codes = reshape(rows.codes, [count, (columns * bits) / 8]);
  const parts = bits === 8 ? [codes] : [lowHalves(codes, signed), highHalves(codes, signed)];
  return parts.map((part, at) => {
    // Scales of even or odd columns.
    const own = (values: Value) => {
      const all = reshape(values, [blocks, 1, columns / parts.length, parts.length]);
      return reshape(slice(all, [at], [at + 1], [3]), [blocks, 1, columns / parts.length]);
    };
    const floats = reshape(cast(part, 'float32'), [blocks, block, columns / parts.length]);
    const shifted =
      typeof zeros === 'number'
        ? zeros === 0
          ? floats
          : sub(floats, zeros)
        : sub(floats, cast(own(zeros), 'float32'));
    return reshape(mul(shifted, own(scales)), [count, columns / parts.length]);
  });
}

function filled(value: number, { dtype }: Value, shape: readonly number[]): Value {
  const count = shape.reduce((product, size) => product * size, 1);
  return constant({ dtype, shape, bytes: new Uint8Array(count).fill(value) });
}
