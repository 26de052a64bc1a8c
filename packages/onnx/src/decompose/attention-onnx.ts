import type { Node, Value } from '../graph/ir/graph.js';
import { floatAttribute, intAttribute } from '../graph/ir/read-attributes.js';
import { scalar } from '../graph/ir/values.js';
import { add, cast, sub } from '../ops/elementwise.js';
import { equal, less, where } from '../ops/logic.js';
import { reduceMax } from '../ops/reduction.js';
import { concat, pad, unsqueeze } from '../ops/shape.js';
import { dtypeOfCode } from '../proto/data-types.js';
import { attend, mergeHeads, splitHeads } from './attention.js';
import { causalMask, placesBefore, placesOf } from './attention-masks.js';
import { sizeNumber } from './sizes.js';

/**
 * Attention of opset 23 and 24: outputs y, the keys and values with the past ones, and the scores.
 * @see https://onnx.ai/onnx/operators/onnx__Attention.html
 */
export function expandAttention(node: Node): readonly Value[] {
  const [q, k, v, mask, pastKey, pastValue, lengths] = node.inputs as (Value | null | undefined)[];
  const flat = q!.shape.length === 3;
  const query = flat ? splitHeads(q!, intAttribute(node, 'q_num_heads', 1)) : q!;
  const [newKey, newValue] = [k!, v!].map((x) => (flat ? splitHeads(x, intAttribute(node, 'kv_num_heads', 1)) : x));
  const key = pastKey ? concat([pastKey, newKey!], 2) : newKey!;
  const value = pastValue ? concat([pastValue, newValue!], 2) : newValue!;
  const code = intAttribute(node, 'softmax_precision', 0);
  const given = biasOf({ node, query, key, mask, hasPast: Boolean(pastKey), lengths });
  // A row that may see nothing is zero, as ONNX defines it, not NaN.
  const blind = given && (mask || lengths) ? equal(reduceMax(given, [-1]), Number.NEGATIVE_INFINITY) : undefined;
  const { output, scores, capped, probabilities } = attend({
    query,
    key,
    value,
    scale: floatAttribute(node, 'scale', 1 / Math.sqrt(query.shape[3] as number)),
    softcap: floatAttribute(node, 'softcap', 0),
    bias: blind ? where(blind, 0, given!) : given,
    softmaxIn: code === 0 ? undefined : dtypeOfCode(code),
  });
  const seeing = (x: Value) => (blind ? where(blind, 0, x) : x);
  const shown = [scores, capped, given ? add(capped, given) : capped, seeing(probabilities)];
  const y = seeing(output);
  return [flat ? mergeHeads(y) : y, key, value, shown[intAttribute(node, 'qk_matmul_output_mode', 0)]!].slice(
    0,
    node.outputs.length,
  );
}

interface Masked {
  readonly node: Node;
  readonly query: Value;
  readonly key: Value;
  readonly mask: Value | null | undefined;
  readonly hasPast: boolean;
  /** How many places each example of the batch has, [batch]. */
  readonly lengths: Value | null | undefined;
}

/** What the masks add to the scores, [time, places] or with dimensions before it; undefined where all is seen. */
function biasOf({ node, query, key, mask, hasPast, lengths }: Masked): Value | undefined {
  const nothing = scalar(Number.NEGATIVE_INFINITY, query.dtype);
  const hidden = (allowed: Value, bias: Value | undefined) => where(allowed, bias ?? scalar(0, query.dtype), nothing);
  let bias: Value | undefined;
  if (mask) bias = padded(mask.dtype === 'bool' ? hidden(mask, undefined) : mask, key, nothing);
  const perExample = (x: Value) => unsqueeze(x, [1, 2, 3]);
  if (intAttribute(node, 'is_causal', 0) !== 0) {
    const before = lengths
      ? perExample(sub(cast(lengths, 'int64'), sizeNumber(query, 2)))
      : hasPast
        ? placesBefore(query, key)
        : undefined;
    bias = hidden(causalMask(query, key, before), bias);
  }
  return lengths ? hidden(less(placesOf(key), perExample(cast(lengths, 'int64'))), bias) : bias;
}

/** A mask may end before the last places, which are not seen then. */
function padded(bias: Value, key: Value, nothing: Value): Value {
  const [size, places] = [bias.shape.at(-1), key.shape[2]];
  if (typeof size !== 'number' || typeof places !== 'number' || size >= places || size === 1) return bias;
  const none = bias.shape.map(() => 0);
  return pad(bias, [...none, ...none.slice(1), places - size], { value: nothing });
}
