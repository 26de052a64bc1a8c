import type { Value } from '../graph/ir/graph.js';
import { indices } from '../graph/ir/values.js';
import { scan } from '../ops/control.js';
import { mul, sub } from '../ops/elementwise.js';
import { gemm } from '../ops/linear.js';
import { concat, constantOfShape, flatten, pad, reshape, shapeOf, slice, transpose, unsqueeze } from '../ops/shape.js';
import type { QuantizedMatrix } from './quantized-matrix.js';
import { type QuantizedRows, restoredRows, restoresBytes } from './restored-rows.js';

/** Numbers of a matrix that are restored at a time: few enough for the caches of a processor. */
const mostNumbers = 2 ** 20;

/** Restoring less at a time takes longer than it saves. */
const fewestNumbers = mostNumbers / 16;

/** What a product sums over: x · W over the rows of W, x · Wᵀ over its columns. */
export type SummedAxis = 'rows' | 'columns';

/**
 * The product of x, float32 [..., in], and a quantized matrix W: x · W or x · Wᵀ. Some rows of W are restored at a time,
 * so that the whole matrix is never in memory as floats, and what is restored is multiplied while it is in a cache.
 * @param summed `rows`: x has as many numbers as W has rows; `columns`: as it has columns, or fewer, which the others
 * then do not count for
 * @param width the numbers of each result. Default: all; fewer leave out the last columns of W
 */
export function quantizedProduct(x: Value, matrix: QuantizedMatrix, summed: SummedAxis, width?: number): Value {
  const flat = x.shape.length === 2 ? x : flatten(x, x.shape.length - 1);
  const whole = summed === 'columns' ? overColumns(flat, matrix) : overRows(flat, matrix);
  const size = summed === 'columns' ? matrix.rows : matrix.columns;
  const y = width === undefined || width === size ? whole : slice(whole, [0], [width], [1]);
  return x.shape.length === 2 ? y : reshape(y, shapeWith(x, width ?? size));
}

/** y[m, r] = Σ x[m, c] · W[r, c] */
function overColumns(x: Value, matrix: QuantizedMatrix): Value {
  const { columns, bits } = matrix;
  const missing = columns - (x.shape[1] as number);
  const padded = missing === 0 ? x : pad(x, [0, 0, 0, missing]);
  const parts = bits === 8 ? [padded] : halvesOf(padded, matrix);
  const product = (rows: QuantizedRows) =>
    restoredRows(matrix, rows).reduce<Value | undefined>(
      (sum, restored, at) => gemm(parts[at]!, restored, sum, { transB: true }),
      undefined,
    )!;
  const tiles = tilesOf(matrix);
  if (tiles.number === 1) return product(tiles.whole);
  const { scans } = scan([], tiles.sequences, (_, elements) => {
    return { states: [], scans: [product(tiles.rowsFrom(elements))] };
  });
  // [tiles, m, rows of a tile]
  return reshape(transpose(scans[0]!, [1, 0, 2]), [0, matrix.rows]);
}

/** y[m, c] = Σ x[m, r] · W[r, c] */
function overRows(x: Value, matrix: QuantizedMatrix): Value {
  const tiles = tilesOf(matrix);
  const added = (sums: readonly (Value | undefined)[], part: Value, rows: QuantizedRows) =>
    restoredRows(matrix, rows).map((restored, at) => gemm(part, restored, sums[at]));
  if (tiles.number === 1) return columnsOf(added([], x, tiles.whole), matrix);
  const parts = transpose(reshape(x, [0, tiles.number, tiles.whole.count / tiles.number]), [1, 0, 2]);
  const count = matrix.bits === 8 ? 1 : 2;
  const zeros = constantOfShape(concat([shapeOf(x, 0, 1), indices([matrix.columns / count])], 0));
  const { states } = scan(Array<Value>(count).fill(zeros), [...tiles.sequences, parts], (sums, elements) => {
    return { states: added(sums, elements.at(-1)!, tiles.rowsFrom(elements)), scans: [] };
  });
  return columnsOf(states, matrix);
}

/** What multiplies the two matrices of a matrix of 4 bits. */
function halvesOf(x: Value, matrix: QuantizedMatrix): readonly Value[] {
  const pairs = reshape(x, [0, matrix.columns / 2, 2]);
  const [even, odd] = [0, 1].map((at) => reshape(slice(pairs, [at], [at + 1], [2]), [0, matrix.columns / 2])) as [
    Value,
    Value,
  ];
  if (!restoresBytes(matrix)) return [even, odd];
  const rest = mul(odd, 1 / 16);
  return [sub(even, rest), rest];
}

/** The columns in their order, of the products with the matrices that were restored. */
function columnsOf(products: readonly Value[], matrix: QuantizedMatrix): Value {
  const [even, second] = products;
  if (second === undefined) return even!;
  const odd = restoresBytes(matrix) ? mul(sub(second, even!), 1 / 16) : second;
  return reshape(concat([unsqueeze(even!, [2]), unsqueeze(odd, [2])], 2), [0, matrix.columns]);
}

function tilesOf({ rows, columns, axis, block, codes, scales, zeros, bits }: QuantizedMatrix) {
  const number = numberOfTiles(rows, columns, axis === 0 ? block : 1);
  const blocks = (rows * columns) / block / number;
  const sequences = [
    reshape(codes, [number, (rows * columns * bits) / 8 / number]),
    reshape(scales, [number, blocks]),
    ...(typeof zeros === 'number' ? [] : [reshape(zeros, [number, blocks])]),
  ];
  const whole: QuantizedRows = { count: rows, codes, scales, zeros };
  const rowsFrom = ([codes, scales, own]: readonly Value[]): QuantizedRows => {
    return { count: rows / number, codes: codes!, scales: scales!, zeros: typeof zeros === 'number' ? zeros : own! };
  };
  return { number, sequences, whole, rowsFrom };
}

/** Tiles have the same number of rows, whole blocks. One where no number of tiles fits well. */
function numberOfTiles(rows: number, columns: number, step: number): number {
  const least = Math.ceil((rows * columns) / mostNumbers);
  const most = Math.floor((rows * columns) / fewestNumbers);
  for (let number = least; number <= most; number++) if (rows % (number * step) === 0) return number;
  return 1;
}

/** The sizes of x but the last, and `width`. */
function shapeWith(x: Value, width: number): Value {
  const lead = x.shape.slice(0, -1);
  const open = lead.filter((size) => typeof size !== 'number').length;
  if (open <= 1) return indices([...lead.map((size) => (typeof size === 'number' ? size : -1)), width]);
  return concat([shapeOf(x, 0, lead.length), indices([width])], 0);
}
