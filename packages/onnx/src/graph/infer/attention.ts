import { sameDim } from '../ir/broadcast.js';
import { addDims, floorDivideDims, multiplyDims } from '../ir/dims.js';
import type { Value } from '../ir/graph.js';
import type { Dim, TensorType } from '../ir/types.js';
import type { Draft, InferenceRule } from './draft.js';
import { floats, indexTypes } from './dtypes.js';

/** The sizes of queries, keys or values, [batch, heads, time, size]. */
type BySize = readonly [batch: Dim, heads: Dim, time: Dim, size: Dim];

/** A whole number of at least 1. */
export function countOf(node: Draft, name: string): number {
  const count = node.int(name) ?? node.fail(`its ${name} is missing`);
  return count >= 1 ? count : node.fail(`its ${name} must be at least 1, not ${count}`);
}

/** The size of a head, of a dimension that holds all of them. */
export function headSize(node: Draft, width: Dim, heads: number, what: string): Dim {
  if (typeof width === 'number' && width % heads !== 0) node.fail(`${heads} heads do not divide ${what} of ${width}`);
  return floorDivideDims(width, heads);
}

/** The place of a joined dimension. */
function joinedTime(node: Draft, past: Value | undefined, time: Dim): Dim {
  if (past === undefined) return time;
  node.rank(past, 4, 'its cache');
  return addDims(past.shape[2]!, time);
}

export const attentionRules: Record<string, InferenceRule> = {
  Attention(node) {
    const [q, k, v] = [node.input(0), node.input(1), node.input(2)];
    const dtype = node.oneOf(q, floats);
    const flat = q.shape.length === 3;
    if (!flat) node.rank(q, 4, 'each of its queries, keys and values');
    for (const value of [k, v]) node.rank(value, q.shape.length, 'each of its queries, keys and values');
    const byHead = (value: Value, name: string): BySize => {
      if (!flat) return value.shape as unknown as BySize;
      const [batch, time, width] = value.shape as [Dim, Dim, Dim];
      const heads = countOf(node, name);
      return [batch, heads, time, headSize(node, width, heads, 'a width')];
    };
    const query = byHead(q, 'q_num_heads');
    const [key, value] = [byHead(k, 'kv_num_heads'), byHead(v, 'kv_num_heads')];
    if (sameDim(query[3], key[3]) === undefined)
      node.fail(`its queries have ${query[3]} features, but its keys ${key[3]}`);
    if (sameDim(key[2], value[2]) === undefined) node.fail(`it has ${key[2]} keys, but ${value[2]} values`);
    const [heads, keyHeads] = [query[1], key[1]];
    if (typeof heads === 'number' && typeof keyHeads === 'number' && heads % keyHeads !== 0) {
      node.fail(`${keyHeads} heads of keys do not divide ${heads} heads of queries`);
    }
    const mode = node.int('qk_matmul_output_mode', 0);
    if (![0, 1, 2, 3].includes(mode)) node.fail(`there is no qk_matmul_output_mode ${mode}`);
    const places = joinedTime(node, node.optional(4), key[2]);
    joinedTime(node, node.optional(5), value[2]);
    const whole = [query[0], heads, query[2], value[3]];
    return [
      { dtype, shape: flat ? [query[0], query[2], multiplyDims(heads, value[3])] : whole },
      { dtype: k.dtype, shape: [key[0], keyHeads, places, key[3]] },
      { dtype: v.dtype, shape: [value[0], value[1], places, value[3]] },
      { dtype, shape: [query[0], heads, query[2], places] },
    ];
  },

  RotaryEmbedding(node) {
    const [x, cos, sin] = [node.input(0), node.input(1), node.input(2)];
    const positions = node.optional(3);
    if (positions) node.oneOf(positions, indexTypes, 'its list of positions');
    return rotated(node, x, [cos, sin], positions ? 2 : 3);
  },
};

/** Checks what RotaryEmbedding turns, and its tables, of `rank` dimensions. */
export function rotated(node: Draft, x: Value, tables: readonly Value[], rank: number): readonly TensorType[] {
  node.oneOf(x, floats);
  node.sameDtype([x, ...tables]);
  if (x.shape.length !== 3) node.rank(x, 4);
  for (const table of tables) node.rank(table, rank, 'each of its tables');
  const [angles, size] = [tables[0]!.shape.at(-1)!, x.shape.at(-1)!];
  if (sameDim(angles, tables[1]!.shape.at(-1)!) === undefined) node.fail('its tables differ in size');
  if (typeof angles === 'number' && typeof size === 'number' && 2 * angles > size) {
    node.fail(`${angles} angles are for more than ${size} elements`);
  }
  if (rank === 3 && x.shape.length === 3) headSize(node, size, countOf(node, 'num_heads'), 'a width');
  return [{ dtype: x.dtype, shape: x.shape }];
}
