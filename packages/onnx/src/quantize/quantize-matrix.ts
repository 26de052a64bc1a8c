import { fromHalf, toHalf } from '../tensor/half.js';

/** A matrix of weights that multiplies activations from the right: [k, n], or [n, k] where it is `transposed`. */
export interface WeightMatrix {
  readonly values: Float32Array;
  readonly k: number;
  readonly n: number;
  readonly transposed: boolean;
}

export interface BlockOptions {
  readonly bits: 4 | 8;
  /** How many numbers of a column share a scale and a zero point. */
  readonly block: number;
  /** Whether the zero point is half of the range for all blocks. */
  readonly symmetric: boolean;
  /** Whether scales are stored as float16. */
  readonly half: boolean;
}

/** A number is (code - zero point) · scale. For each of n columns there are ⌈k / block⌉ blocks. */
export interface QuantizedMatrix {
  readonly blocks: number;
  /** [n, blocks, block], unsigned; what fills up a last block is 0. */
  readonly codes: Uint8Array;
  /** [n, blocks] */
  readonly scales: Float32Array;
  /** [n, blocks] */
  readonly zeros: Uint8Array;
  /** ‖restored - values‖ / ‖values‖ */
  readonly error: number;
}

/**
 * Quantizes each block of a column to the range between its extremes (0 included), or symmetrically about 0: bit for bit
 * as ONNX Runtime's MatMulNBitsQuantizer does, in float32.
 * @see https://github.com/microsoft/onnxruntime/blob/main/onnxruntime/core/mlas/lib/q4_dq.cpp
 */
export function quantizeMatrix(matrix: WeightMatrix, options: BlockOptions): QuantizedMatrix {
  const { k, n } = matrix;
  const { block } = options;
  const blocks = Math.ceil(k / block);
  const codes = new Uint8Array(n * blocks * block);
  const scales = new Float32Array(n * blocks);
  const zeros = new Uint8Array(n * blocks);
  const column = new Float32Array(k);
  const sums = { errors: 0, squares: 0 };
  for (let at = 0; at < n; at++) {
    readColumn(matrix, at, column);
    for (let each = 0; each < blocks; each++) {
      const place = at * blocks + each;
      const values = column.subarray(each * block, Math.min(k, (each + 1) * block));
      const [scale, zero] = rangeOf(values, options);
      scales[place] = scale;
      zeros[place] = zero;
      encode(values, scales[place], zero, options.bits, codes.subarray(place * block), sums);
    }
  }
  return { blocks, codes, scales, zeros, error: sums.squares === 0 ? 0 : Math.sqrt(sums.errors / sums.squares) };
}

function readColumn({ values, k, n, transposed }: WeightMatrix, at: number, into: Float32Array): void {
  if (transposed) into.set(values.subarray(at * k, (at + 1) * k));
  else for (let row = 0; row < k; row++) into[row] = values[row * n + at]!;
}

/** The scale and the zero point of a block. */
function rangeOf(values: Float32Array, { bits, symmetric, half }: BlockOptions): [scale: number, zero: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const stored = (scale: number) => (half ? fromHalf(toHalf(scale)) : scale);
  const middle = 2 ** (bits - 1);
  if (symmetric) {
    // The larger extreme becomes the lowest code, which is one further from the middle than the highest.
    const extreme = Math.abs(high) > Math.abs(low) ? high : low;
    return [stored(Math.fround(-extreme / middle)), middle];
  }
  const most = 2 ** bits - 1;
  low = Math.min(low, 0);
  high = Math.max(high, 0);
  const scale = Math.fround(Math.fround(high - low) / most);
  const zero = scale === 0 ? 0 : Math.fround(-low / scale);
  return [stored(scale), Math.min(most, roundAway(zero))];
}

function encode(
  values: Float32Array,
  scale: number,
  zero: number,
  bits: number,
  codes: Uint8Array,
  sums: { errors: number; squares: number },
): void {
  const most = 2 ** bits - 1;
  const inverse = scale === 0 ? 0 : Math.fround(1 / scale);
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    const code = roundAway(Math.fround(Math.fround(value * inverse) + zero));
    codes[at] = Math.min(most, Math.max(0, code));
    const error = value - (codes[at]! - zero) * scale;
    sums.errors += error * error;
    sums.squares += value * value;
  }
}

/** To the nearest whole number, halves away from 0, as C's roundf. */
export function roundAway(value: number): number {
  const whole = Math.trunc(value);
  return Math.abs(value - whole) >= 0.5 ? whole + Math.sign(value) : whole;
}
