import { int } from '../../graph/ir/attributes.js';
import type { Node, Value } from '../../graph/ir/graph.js';
import { intAttribute } from '../../graph/ir/read-attributes.js';
import { constant } from '../../graph/ir/values.js';
import { call } from '../../graph/make-node.js';
import { cast, mul, sub } from '../../ops/elementwise.js';
import { concat, reshape, slice, unsqueeze } from '../../ops/shape.js';
import { tensorOf } from '../../tensor/numbers.js';
import { computedAfter } from './compute-late.js';
import { notDifferentiable } from './no-gradient.js';
import { inputOf } from './rule.js';

/**
 * The weights [N, K] of a MatMulNBits, as floats, restored when `after` is known (its input, or the gradient of its
 * output): each row is in blocks of `block_size` elements, each with a scale and a zero point; the last block of a row is
 * filled up. Elements of 4 bits are two to a byte, the first in the low half.
 * @see https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.MatMulNBits
 */
export function unpackedWeights(node: Node, after: Value): Value {
  const problem = problemOf(node);
  if (problem !== undefined) throw refused(node, problem);
  const [n, k] = [intAttribute(node, 'N', 0), intAttribute(node, 'K', 0)];
  const [bits, block] = [intAttribute(node, 'bits', 4) as 4 | 8, intAttribute(node, 'block_size', 0)];
  const blocks = Math.ceil(k / block);
  const scales = computedAfter(after, reshape(inputOf(node, 2), [n, blocks]));
  const whole = restored(node, { n, blocks, block, bits, scales });
  return blocks * block === k ? whole : slice(whole, [0], [k], [1]);
}

function problemOf(node: Node): string | undefined {
  const bits = intAttribute(node, 'bits', 4);
  if (bits !== 4 && bits !== 8) return `its weights have ${bits} bits`;
  if (node.inputs[4]) return 'its columns are grouped by an index (g_idx)';
  if (inputOf(node, 1).dtype !== 'uint8') return `its weights are packed in ${inputOf(node, 1).dtype}`;
  return intAttribute(node, 'weight_prepacked', 0) === 0 ? undefined : 'its weights are packed for one processor';
}

interface Layout {
  readonly n: number;
  readonly blocks: number;
  readonly block: number;
  readonly bits: 4 | 8;
  readonly scales: Value;
}

function restored(node: Node, { n, blocks, block, bits, scales }: Layout): Value {
  const padded = blocks * block;
  const zero = node.inputs[3];
  if (zero && zero.dtype !== 'uint8') {
    const parts = sub(cast(asBytes(node, bits, [n, blocks, block]), scales.dtype), reshape(zero, [n, blocks, 1]));
    return reshape(mul(parts, unsqueeze(scales, [2])), [n, padded]);
  }
  const attributes = { axis: int(1), block_size: int(block) };
  const packed = inputOf(node, 1);
  // ONNX packs 4-bit tensors in the same way: the same bytes, read as another type.
  if (packed.kind === 'constant' && bits === 4) {
    const weights = constant({ dtype: 'uint4', shape: [n, padded], bytes: packed.data.bytes });
    return call('DequantizeLinear', [weights, scales, zeroPoints(zero, n, blocks, 4, 'uint4')], attributes);
  }
  const weights = asBytes(node, bits, [n, padded]);
  return call('DequantizeLinear', [weights, scales, zeroPoints(zero, n, blocks, bits, 'uint8')], attributes);
}

function asBytes(node: Node, bits: 4 | 8, shape: readonly number[]): Value {
  const packed = inputOf(node, 1);
  return reshape(bits === 4 ? halves(packed) : packed, [...shape]);
}

/** [n, blocks]; half of the range where there are none. Rows of 4-bit ones begin at a whole byte. */
function zeroPoints(zero: Value | null | undefined, n: number, blocks: number, bits: 4 | 8, dtype: 'uint4' | 'uint8') {
  if (!zero) return constant(tensorOf(new Array<number>(n * blocks).fill(2 ** (bits - 1)), dtype, [n, blocks]));
  const whole = bits === 8 ? zero : slice(reshape(halves(zero), [n, -1]), [0], [blocks], [1]);
  const shaped = reshape(whole, [n, blocks]);
  return dtype === 'uint8' ? shaped : cast(shaped, dtype);
}

/** The low and the high half of each byte, in this order, along a new last axis. */
function halves(bytes: Value): Value {
  const low = call('BitwiseAnd', [bytes, constant(tensorOf([15], 'uint8', []))]);
  const high = call('BitShift', [bytes, constant(tensorOf([4], 'uint8', []))], {
    direction: { type: 'string', value: 'RIGHT' },
  });
  const last = bytes.shape.length;
  return concat([unsqueeze(low, [last]), unsqueeze(high, [last])], last);
}

function refused(node: Node, cause: string) {
  return notDifferentiable(node, cause, 'Use weights of 4 or 8 bits without g_idx, or freeze what comes before it.');
}
