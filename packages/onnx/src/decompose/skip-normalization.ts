import { float, int } from '../graph/ir/attributes.js';
import type { Node, Value } from '../graph/ir/graph.js';
import { floatAttribute } from '../graph/ir/read-attributes.js';
import { makeNode } from '../graph/make-node.js';
import { add, cast } from '../ops/elementwise.js';
import { reduceSum } from '../ops/reduction.js';
import { constantOfShape, gather, range } from '../ops/shape.js';
import { sizeAlong, sizeNumber } from './sizes.js';

/** ONNX Runtime's default; ONNX's is 1e-5. */
const epsilon = 1e-12;

function normalized(op: string, node: Node, inputs: readonly (Value | null)[], outputs: number): readonly Value[] {
  const attributes = { axis: int(-1), epsilon: float(floatAttribute(node, 'epsilon', epsilon)) };
  return makeNode({ op, inputs, attributes, outputs });
}

/** Layer normalization of input + skip + bias. Outputs: y, mean, 1 / deviation, and the sum. */
export function expandSkipLayerNormalization(node: Node): readonly Value[] {
  const [input, skip, scale, offset, bias] = node.inputs as (Value | null | undefined)[];
  const sum = summed(input!, skip!, bias);
  const parts = normalized('LayerNormalization', node, [sum, scale!, offset ?? null], 3);
  return [...parts, sum].slice(0, node.outputs.length);
}

/** The same by the root of the mean square; without a mean. */
export function expandSkipSimplifiedLayerNormalization(node: Node): readonly Value[] {
  const [input, skip, scale, bias] = node.inputs as (Value | null | undefined)[];
  const sum = summed(input!, skip!, bias);
  const [y, inverse] = normalized('SimplifiedLayerNormalization', node, [sum, scale!], 2);
  return [y!, inverse!, inverse!, sum].slice(0, node.outputs.length);
}

function summed(input: Value, skip: Value, bias: Value | null | undefined): Value {
  const both = add(input, skip);
  return bias ? add(both, bias) : both;
}

/**
 * Layer normalization of the sum of the embeddings of words, positions and segments. Outputs: y, the number of words of
 * each example, and the sum.
 */
export function expandEmbedLayerNormalization(node: Node): readonly Value[] {
  const [words, segments, ofWord, ofPosition, ofSegment, scale, offset, mask, positions] = node.inputs as (
    | Value
    | null
    | undefined
  )[];
  const at = positions ?? range(0, sizeNumber(words!, 1));
  const both = add(gather(ofWord!, words!), gather(ofPosition!, at));
  const sum = segments && ofSegment ? add(both, gather(ofSegment, segments)) : both;
  const [y] = normalized('LayerNormalization', node, [sum, scale!, offset!], 1);
  const count = mask
    ? reduceSum(cast(mask, 'int32'), [1], { keepdims: false })
    : constantOfShape(sizeAlong(words!, 0), 0, 'int32');
  return [y!, count, sum].slice(0, node.outputs.length);
}
