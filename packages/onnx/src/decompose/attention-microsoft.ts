import type { Node, Value } from '../graph/ir/graph.js';
import { floatAttribute, intAttribute, intsAttribute } from '../graph/ir/read-attributes.js';
import { indexRange } from '../graph/ir/shapes.js';
import type { Dim } from '../graph/ir/types.js';
import { add, cast } from '../ops/elementwise.js';
import { matMul } from '../ops/linear.js';
import { and, greaterOrEqual, less, where } from '../ops/logic.js';
import { concat, slice, split, squeeze, transpose, unsqueeze } from '../ops/shape.js';
import { attend, mergeHeads, splitHeads } from './attention.js';
import { causalMask, isNotZero, lowestOf, placesBefore, placesOf } from './attention-masks.js';
import { cannotExpand } from './cannot-expand.js';

/**
 * ONNX Runtime's Attention: projects its input, [batch, time, features], to queries, keys and values first. Its second
 * output holds the keys and values of all places, [2, batch, heads, places, size].
 */
export function expandMicrosoftAttention(node: Node): readonly Value[] {
  const [x, weights, projectionBias, mask, past, scoreBias, shared] = node.inputs as (Value | null | undefined)[];
  if (intAttribute(node, 'do_rotary', 0) !== 0) {
    throw cannotExpand(node, 'it turns its queries and keys (do_rotary)', 'Export the model without the fusion.');
  }
  refuseSharedCache(node, shared);
  const heads = intAttribute(node, 'num_heads', 1);
  const projected = matMul(x!, weights!);
  const all = projectionBias ? add(projected, projectionBias) : projected;
  const sizes = intsAttribute(node, 'qkv_hidden_sizes') ?? thirds(weights!.shape[1]!);
  const parts = sizes.length === 3 ? split(all, sizes, -1) : split(all, 3, -1);
  const [query, ownKey, ownValue] = parts.map((part) => splitHeads(part, heads)) as [Value, Value, Value];
  const before = (at: number) => squeeze(slice(past!, [at], [at + 1], [0]), [0]);
  const key = past ? concat([before(0), ownKey], 2) : ownKey;
  const value = past ? concat([before(1), ownValue], 2) : ownValue;
  const output = mergeHeads(masked({ node, query, key, value, mask, scoreBias }));
  return node.outputs.length === 1 ? [output] : [output, concat([unsqueeze(key, [0]), unsqueeze(value, [0])], 0)];
}

/**
 * ONNX Runtime's MultiHeadAttention: queries, keys and values in one of four layouts, with one bias for all. It returns
 * the keys and values of all places, too.
 */
export function expandMultiHeadAttention(node: Node): readonly Value[] {
  const [, , , , mask, scoreBias, pastKey, pastValue, shared] = node.inputs as (Value | null | undefined)[];
  refuseSharedCache(node, shared);
  const [query, ownKey, ownValue] = separated(node);
  const key = pastKey ? concat([pastKey, ownKey], 2) : ownKey;
  const value = pastValue ? concat([pastValue, ownValue], 2) : ownValue;
  if (node.outputs.length > 3) {
    throw cannotExpand(node, 'it returns its scores', 'Compute other outputs of the model.');
  }
  return [mergeHeads(masked({ node, query, key, value, mask, scoreBias })), key, value].slice(0, node.outputs.length);
}

/** Queries, keys and values, [batch, heads, time, size] each. */
function separated(node: Node): readonly [Value, Value, Value] {
  const [q, k, v, bias] = node.inputs as (Value | null | undefined)[];
  const heads = intAttribute(node, 'num_heads', 1);
  const byHead = (x: Value) => transpose(x, [0, 2, 1, 3]);
  const [toQuery, toKey, toValue] = biases(node, bias);
  const flat = (x: Value, offset: Value | undefined) => splitHeads(offset ? add(x, offset) : x, heads);
  const pieces = (x: Value, count: number) => split(x, count, 3).map((piece) => byHead(squeeze(piece, [3])));
  if (!k) {
    // Packed: [batch, time, heads, 3, size].
    if (bias) throw cannotExpand(node, 'its packed queries, keys and values have a bias', 'Export without packing.');
    return pieces(q!, 3) as [Value, Value, Value];
  }
  if (k.shape.length === 5) {
    if (toKey) throw cannotExpand(node, 'its packed keys and values have a bias', 'Export without packing.');
    const [key, value] = pieces(k, 2);
    return [flat(q!, toQuery), key!, value!];
  }
  // Keys and values of a decoder's cross-attention are by head already.
  if (k.shape.length === 4) return [flat(q!, toQuery), k, v!];
  return [flat(q!, toQuery), flat(k, toKey), flat(v!, toValue)];
}

function biases(node: Node, bias: Value | null | undefined): readonly (Value | undefined)[] {
  if (!bias) return [];
  const [q, k] = node.inputs as Value[];
  const [own, all] = [q!.shape.at(-1), bias.shape[0]];
  if (k?.shape.length === 5 || typeof own !== 'number' || typeof all !== 'number') return [bias, bias];
  return split(bias, [own, own, all - 2 * own], 0);
}

interface Masked {
  readonly node: Node;
  readonly query: Value;
  readonly key: Value;
  readonly value: Value;
  readonly mask: Value | null | undefined;
  readonly scoreBias: Value | null | undefined;
}

function masked({ node, query, key, value, mask, scoreBias }: Masked): Value {
  const terms: Value[] = [];
  if (mask) terms.push(biasOfMask(node, mask, query, key));
  if (intAttribute(node, 'unidirectional', 0) !== 0) {
    const seen = causalMask(query, key, placesBefore(query, key));
    const zero = cast(where(seen, 0, lowestOf(query.dtype)), query.dtype);
    terms.push(zero);
  }
  if (scoreBias) terms.push(scoreBias);
  const given = floatAttribute(node, 'scale', 0);
  const scale = given === 0 ? 1 / Math.sqrt(query.shape[3] as number) : given;
  const bias = terms.length === 0 ? undefined : terms.reduce(add);
  return attend({ query, key, value, scale, bias }).output;
}

/** 0 where a place may be seen, `mask_filter_value` elsewhere; broadcast to [batch, heads, time, places]. */
function biasOfMask(node: Node, mask: Value, query: Value, key: Value): Value {
  const hidden = floatAttribute(node, 'mask_filter_value', -10_000);
  return cast(where(seenBy(node, mask, query, key), 0, hidden), query.dtype);
}

function seenBy(node: Node, mask: Value, query: Value, key: Value): Value {
  const rank = mask.shape.length;
  if (rank === 2) return unsqueeze(isNotZero(mask), [1, 2]);
  if (rank === 3) return unsqueeze(isNotZero(mask), [1]);
  if (rank === 4) return isNotZero(window(mask, query, key));
  // The number of places of each example, then, if there are as many again, its first place.
  const [batch, size] = [query.shape[0]!, mask.shape[0]!];
  const place = cast(placesOf(key), mask.dtype);
  const each = (lengths: Value) => unsqueeze(lengths, [1, 2, 3]);
  if (size === batch) return less(place, each(mask));
  if (typeof batch === 'number' && size === 2 * batch) {
    const [ends, starts] = split(mask, [batch, batch], 0);
    return and(less(place, each(ends!)), greaterOrEqual(place, each(starts!)));
  }
  throw cannotExpand(node, `its mask of ${size} numbers is packed`, 'Give it a mask for each place.');
}

/** The last rows of a square mask, [batch, 1, most, most], and its first places. */
function window(mask: Value, query: Value, key: Value): Value {
  const [rows, places] = [query.shape[2]!, key.shape[2]!];
  if (typeof rows !== 'number' || typeof places !== 'number') return mask;
  return slice(mask, [places - rows, 0], [places, places], [2, 3]);
}

function refuseSharedCache(node: Node, length: Value | null | undefined): void {
  if (!length && intAttribute(node, 'past_present_share_buffer', 0) === 0) return;
  throw cannotExpand(node, 'its cache is a buffer that it writes into', 'Export the model without a shared buffer.');
}

function thirds(width: Dim): readonly number[] {
  return typeof width === 'number' ? indexRange(0, 3).map(() => width / 3) : [];
}
