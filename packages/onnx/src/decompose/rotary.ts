import type { Node, Value } from '../graph/ir/graph.js';
import { intAttribute } from '../graph/ir/read-attributes.js';
import { add, mul, sub } from '../ops/elementwise.js';
import { concat, gather, range, reshape, split, unsqueeze } from '../ops/shape.js';
import { cannotExpand } from './cannot-expand.js';
import { sizeNumber, sizesOf } from './sizes.js';

/**
 * Turns pairs of the last dimension by angles (Su et al., 2021); what is beyond the angles stays.
 * @param cos,sin of half as many angles as elements are turned, broadcast to the other dimensions of x.
 */
export function rotate(x: Value, cos: Value, sin: Value, interleaved: boolean): Value {
  const width = x.shape.at(-1)!;
  const half = cos.shape.at(-1)!;
  if (typeof half !== 'number' || typeof width !== 'number' || 2 * half === width)
    return rotateAll(x, cos, sin, interleaved);
  const [turned, rest] = split(x, [2 * half, width - 2 * half], -1);
  return concat([rotateAll(turned!, cos, sin, interleaved), rest!], -1);
}

function rotateAll(x: Value, cos: Value, sin: Value, interleaved: boolean): Value {
  if (!interleaved) {
    const [a, b] = split(x, 2, -1);
    return concat([sub(mul(a!, cos), mul(b!, sin)), add(mul(a!, sin), mul(b!, cos))], -1);
  }
  const zeros = x.shape.slice(0, -1).map(() => 0);
  const pairs = reshape(x, [...zeros, -1, 2]);
  const [c, s] = [unsqueeze(cos, [-1]), unsqueeze(sin, [-1])];
  const [a, b] = split(pairs, 2, -1);
  return reshape(concat([sub(mul(a!, c), mul(b!, s)), add(mul(a!, s), mul(b!, c))], -1), sizesOf(x));
}

/** ONNX's RotaryEmbedding: x [batch, heads, time, size] or [batch, time, heads · size]. */
export function expandRotaryEmbedding(node: Node): readonly Value[] {
  const [x, cosines, sines, positions] = node.inputs as [Value, Value, Value, Value | undefined];
  const [cos, sin] = [cosines, sines].map((table) => (positions ? gather(table, positions) : table));
  return [turnHeads(node, x, cos!, sin!, intAttribute(node, 'num_heads', 0))];
}

/** ONNX Runtime's: the positions come before the tables, and may be one number, that of the first place. */
export function expandMicrosoftRotaryEmbedding(node: Node): readonly Value[] {
  const [x, positions, cosines, sines] = node.inputs as [Value, Value, Value, Value];
  if (intAttribute(node, 'is_packed_batching', 0) !== 0) {
    throw cannotExpand(node, 'its batch is packed', 'Export the model without packing.');
  }
  const at =
    positions.shape.length === 1
      ? unsqueeze(add(range(0, sizeNumber(x, x.shape.length - 2)), positions), [0])
      : positions;
  const [cos, sin] = [gather(cosines, at), gather(sines, at)];
  return [turnHeads(node, x, cos, sin, intAttribute(node, 'num_heads', 0) || headsOf(node, x, cosines))];
}

/** @param cos,sin [batch, time, angles] */
function turnHeads(node: Node, x: Value, cos: Value, sin: Value, heads: number): Value {
  const interleaved = intAttribute(node, 'interleaved', 0) !== 0;
  if (x.shape.length === 4) return rotate(x, unsqueeze(cos, [1]), unsqueeze(sin, [1]), interleaved);
  const byHead = reshape(x, [0, 0, heads, -1]);
  return reshape(rotate(byHead, unsqueeze(cos, [2]), unsqueeze(sin, [2]), interleaved), [0, 0, -1]);
}

/** Without a partial rotation, the tables have an angle for each pair of a head. */
function headsOf(node: Node, x: Value, cosines: Value): number {
  const [width, angles] = [x.shape.at(-1), cosines.shape.at(-1)];
  if (x.shape.length === 4) return 0;
  if (typeof width === 'number' && typeof angles === 'number') return width / (2 * angles);
  throw cannotExpand(node, 'its number of heads is not known', 'Give the node num_heads.');
}
