import type { Node, Value } from '../graph/ir/graph.js';
import { floatAttribute, intAttribute } from '../graph/ir/read-attributes.js';
import { indices, scalar } from '../graph/ir/values.js';
import { add } from '../ops/elementwise.js';
import { where } from '../ops/logic.js';
import { concat, constantOfShape, expand, gather, range, reshape, slice, split, unsqueeze } from '../ops/shape.js';
import { attend, mergeHeads, splitHeads } from './attention.js';
import { causalMask, lowestOf } from './attention-masks.js';
import { cannotExpand } from './cannot-expand.js';
import { rotate } from './rotary.js';
import { sizeAlong, sizeNumber } from './sizes.js';

/**
 * ONNX Runtime's GroupQueryAttention on whole sequences: causal, with an empty cache, as in training. Its outputs are y,
 * and the (turned) keys and values. Places after the end of an example see other places than in the kernel: their
 * outputs mean nothing there either.
 */
export function expandGroupQueryAttention(node: Node): readonly Value[] {
  const [, , , pastKey, , , , cosines, sines, positions, scoreBias, sink] = node.inputs as (Value | null | undefined)[];
  refuse(node, pastKey);
  const [query, key, value] = separated(node);
  const turned = (x: Value) => {
    if (intAttribute(node, 'do_rotary', 0) === 0) return x;
    // The kernel counts all examples from the first position of the first one.
    const counted = range(0, sizeNumber(x, 2));
    const at = unsqueeze(positions ? add(counted, slice(reshape(positions, [-1]), [0], [1])) : counted, [0]);
    const [cos, sin] = [cosines!, sines!].map((table) => unsqueeze(gather(table, at), [1]));
    return rotate(x, cos!, sin!, intAttribute(node, 'rotary_interleaved', 0) !== 0);
  };
  const [q, k] = [turned(query), turned(key)];
  const seen = causalMask(q, k, undefined, intAttribute(node, 'local_window_size', -1));
  const causal = where(seen, scalar(0, q.dtype), scalar(lowestOf(q.dtype), q.dtype));
  const given = floatAttribute(node, 'scale', 0);
  const { output } = attend({
    query: q,
    key: k,
    value,
    scale: given === 0 ? 1 / Math.sqrt(q.shape[3] as number) : given,
    softcap: floatAttribute(node, 'softcap', 0),
    bias: scoreBias ? add(causal, scoreBias) : causal,
    sink: sinkOf(node, sink),
  });
  return [mergeHeads(output), k, value].slice(0, node.outputs.length);
}

/** A score of each head that takes a share of the sum, 0 for a smooth softmax (Xiao et al., 2023; Miller, 2023). */
function sinkOf(node: Node, sink: Value | null | undefined): ((scores: Value) => Value) | undefined {
  if (!sink && intAttribute(node, 'smooth_softmax', 0) !== 1) return undefined;
  return (scores) => {
    const sizes = concat([sizeAlong(scores, 0), sizeAlong(scores, 1), sizeAlong(scores, 2), indices([1])], 0);
    return sink ? expand(reshape(sink, [1, -1, 1, 1]), sizes) : constantOfShape(sizes, 0, scores.dtype);
  };
}

/** Queries, keys and values, [batch, heads, time, size] each; they may be packed into one. */
function separated(node: Node): readonly [Value, Value, Value] {
  const [q, k, v] = node.inputs as [Value, Value | null | undefined, Value | null | undefined];
  const [heads, keyHeads] = [intAttribute(node, 'num_heads', 1), intAttribute(node, 'kv_num_heads', 1)];
  if (k && v) return [splitHeads(q, heads), splitHeads(k, keyHeads), splitHeads(v, keyHeads)];
  const parts = split(splitHeads(q, heads + 2 * keyHeads), [heads, keyHeads, keyHeads], 1);
  return parts as unknown as readonly [Value, Value, Value];
}

function refuse(node: Node, pastKey: Value | null | undefined): void {
  if (pastKey && pastKey.shape[2] !== 0) {
    const hint = 'Bind the cache to an empty one: all places are computed at once in training.';
    throw cannotExpand(node, 'its cache may hold earlier keys', hint);
  }
  const kinds = { k_quant_type: 'its cache is quantized', v_quant_type: 'its cache is quantized' };
  for (const [name, cause] of Object.entries(kinds)) {
    const attribute = node.attributes[name];
    if (attribute?.type === 'string' && attribute.value !== 'NONE') {
      throw cannotExpand(node, cause, 'Export the model without a quantized cache.');
    }
  }
  if (intAttribute(node, 'causal', 1) === 0) throw cannotExpand(node, 'it is not causal', 'Use MultiHeadAttention.');
  if (node.inputs[14] || node.inputs[15]) {
    throw cannotExpand(node, 'it normalizes its queries and keys', 'Export the model without that fusion.');
  }
  if (node.outputs.length > 3) {
    throw cannotExpand(node, 'it returns its scores', 'Compute other outputs of the model.');
  }
}
