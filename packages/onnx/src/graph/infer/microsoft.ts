import { broadcastShapes, sameDim } from '../ir/broadcast.js';
import { addDims, floorDivideDims, multiplyDims, unknownDim } from '../ir/dims.js';
import type { Value } from '../ir/graph.js';
import type { Dim, Shape } from '../ir/types.js';
import { countOf, headSize, rotated } from './attention.js';
import type { Draft, InferenceRule } from './draft.js';
import { floats, indexTypes, numbers } from './dtypes.js';
import { matMulShape } from './linear.js';

const withBias: InferenceRule = (node) => {
  const [x, bias] = [node.input(0), node.optional(1)];
  node.oneOf(x, floats);
  if (bias) node.fitsInto(bias, x.shape, 'its bias');
  return [{ dtype: node.sameDtype([x, bias]), shape: x.shape }];
};

const ofOne: InferenceRule = (node) => {
  const x = node.input(0);
  return [{ dtype: node.oneOf(x, floats), shape: x.shape }];
};

/** Normalization of input + skip; `vectors`: how many inputs follow, of the size of the last dimension. */
function skipNormalization(vectors: number): InferenceRule {
  return (node) => {
    const [x, skip] = [node.input(0), node.input(1)];
    const dtype = node.oneOf(x, floats);
    node.sameDtype([x, skip]);
    node.fitsInto(skip, x.shape, 'its skip');
    for (let at = 2; at < 2 + vectors; at++) {
      const vector = node.optional(at);
      if (vector) node.fitsInto(vector, x.shape, `its input ${at + 1}`);
    }
    node.input(2);
    const statistic = { dtype: 'float32', shape: [...x.shape.slice(0, -1), 1] } as const;
    return [{ dtype, shape: x.shape }, statistic, statistic, { dtype, shape: x.shape }];
  };
}

/** The shape after `transA` and `transBatchA`. */
function arranged(shape: Shape, swap: boolean, batch: boolean): Shape {
  if (shape.length < 2) return shape;
  const order = batch ? [...shape.slice(1, -1), shape[0]!, shape.at(-1)!] : [...shape];
  return swap ? [...order.slice(0, -2), order.at(-1)!, order.at(-2)!] : order;
}

/** The operators of ONNX Runtime (com.microsoft) that exporters and its optimizer write. */
export const microsoftFusedRules: Record<string, InferenceRule> = {
  Gelu: ofOne,
  QuickGelu: ofOne,
  BiasGelu: withBias,
  FastGelu: withBias,
  SkipLayerNormalization: skipNormalization(3),
  SkipSimplifiedLayerNormalization: skipNormalization(2),

  FusedMatMul(node) {
    const [a, b] = [node.input(0), node.input(1)];
    node.oneOf(a, numbers);
    const of = (value: Value, name: string) => ({
      shape: arranged(value.shape, node.int(`trans${name}`, 0) !== 0, node.int(`transBatch${name}`, 0) !== 0),
    });
    return [{ dtype: node.sameDtype([a, b]), shape: matMulShape(node, of(a, 'A'), of(b, 'B')) }];
  },

  EmbedLayerNormalization(node) {
    const [words, segments, table, positions] = [node.input(0), node.optional(1), node.input(2), node.input(3)];
    node.oneOf(words, indexTypes, 'its list of words');
    node.rank(words, 2, 'its list of words');
    for (const one of [table, positions, node.optional(4)]) if (one) node.rank(one, 2, 'each of its tables');
    const dtype = node.oneOf(table, floats, 'its table');
    const shape = broadcastShapes(words.shape, segments?.shape ?? []) ?? node.fail('its words and segments do not fit');
    const sum = { dtype, shape: [...shape, table.shape[1]!] };
    return [sum, { dtype: 'int32', shape: [words.shape[0]!] }, sum];
  },

  Attention(node) {
    const [x, weights, past] = [node.input(0), node.input(1), node.optional(4)];
    const dtype = node.oneOf(x, floats);
    node.rank(x, 3);
    node.rank(weights, 2, 'its weights');
    if (sameDim(x.shape[2]!, weights.shape[0]!) === undefined) {
      node.fail(`its weights are for ${weights.shape[0]} features, not ${x.shape[2]}`);
    }
    const heads = countOf(node, 'num_heads');
    const third = floorDivideDims(weights.shape[1]!, 3);
    const sizes = node.ints('qkv_hidden_sizes') ?? [third, third, third];
    const [batch, time] = x.shape as [Dim, Dim];
    if (past) node.rank(past, 5, 'its cache');
    const places = past ? addDims(past.shape[3]!, time) : time;
    const size =
      typeof sizes[1] === 'number' ? headSize(node, sizes[1], heads, 'a width') : floorDivideDims(sizes[1]!, heads);
    return [
      { dtype, shape: [batch, time, sizes[2]!] },
      { dtype, shape: [2, batch, heads, node.optional(6) ? past!.shape[3]! : places, size] },
    ];
  },

  MultiHeadAttention(node) {
    const [q, k, v] = [node.input(0), node.optional(1), node.optional(2)];
    const dtype = node.oneOf(q, floats);
    const heads = countOf(node, 'num_heads');
    const [batch, time] = q.shape as [Dim, Dim];
    const { size, valueSize, places } = headsOf(node, q, k, v, heads);
    const past = node.optional(6);
    if (past) node.rank(past, 4, 'its cache');
    const all = past ? (node.optional(8) ? past.shape[2]! : addDims(past.shape[2]!, places)) : places;
    return [
      { dtype, shape: [batch, time, multiplyDims(valueSize, heads)] },
      { dtype, shape: [batch, heads, all, size] },
      { dtype, shape: [batch, heads, all, valueSize] },
      { dtype, shape: [batch, heads, time, all] },
    ];
  },

  GroupQueryAttention(node) {
    const [q, k, past] = [node.input(0), node.optional(1), node.optional(3)];
    const dtype = node.oneOf(q, floats);
    node.rank(q, 3, 'its queries');
    const [heads, keyHeads] = [countOf(node, 'num_heads'), countOf(node, 'kv_num_heads')];
    if (heads % keyHeads !== 0) node.fail(`${keyHeads} heads of keys do not divide ${heads} heads of queries`);
    const [batch, time, width] = q.shape as [Dim, Dim, Dim];
    const size = headSize(node, width, k ? heads : heads + 2 * keyHeads, 'a width');
    if (past) node.rank(past, 4, 'its cache');
    // A cache that is a buffer of fixed size is not made longer.
    const places = past === undefined || past.shape[2] === 0 ? time : unknownDim();
    const cached = { dtype: past?.dtype ?? dtype, shape: [batch, keyHeads, places, size] };
    return [
      { dtype, shape: [batch, time, multiplyDims(size, heads)] },
      cached,
      cached,
      { dtype, shape: [batch, heads, time, unknownDim()] },
    ];
  },

  RotaryEmbedding(node) {
    const [x, positions, cos, sin] = [node.input(0), node.input(1), node.input(2), node.input(3)];
    node.oneOf(positions, indexTypes, 'its list of positions');
    return rotated(node, x, [cos, sin], 2);
  },
};

/** The sizes in each of the layouts of MultiHeadAttention. */
function headsOf(node: Draft, q: Value, k: Value | undefined, v: Value | undefined, heads: number) {
  if (k === undefined) {
    node.rank(q, 5, 'its packed queries, keys and values');
    return { size: q.shape[4]!, valueSize: q.shape[4]!, places: q.shape[1]! };
  }
  node.rank(q, 3, 'its queries');
  const size = headSize(node, q.shape[2]!, heads, 'a width');
  if (k.shape.length === 5) return { size, valueSize: k.shape[4]!, places: k.shape[1]! };
  if (v === undefined) return node.fail('its values are missing');
  if (k.shape.length === 4) return { size, valueSize: v.shape[3]!, places: k.shape[2]! };
  node.rank(k, 3, 'its keys');
  node.rank(v, 3, 'its values');
  return { size, valueSize: headSize(node, v.shape[2]!, heads, 'a width'), places: k.shape[1]! };
}
