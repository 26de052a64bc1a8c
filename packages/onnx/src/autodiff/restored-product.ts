import { int } from '../graph/ir/attributes.js';
import type { Node, Value } from '../graph/ir/graph.js';
import { makeNode } from '../graph/make-node.js';
import { add } from '../ops/elementwise.js';
import { areUnpackable, unpackedWeights } from './adjoints/unpacked-weights.js';

/**
 * The output of a MatMulNBits whose weights are not constants of the graph, computed from its restored weights, which are
 * in memory for this product only; undefined for other nodes. ONNX Runtime packs constant weights once. Others it restores
 * in each run, into memory that it asks the system for and gives back: this may take longer than everything else.
 */
export function restoredProduct(node: Node): readonly Value[] | undefined {
  if (node.op !== 'MatMulNBits' || node.domain !== 'com.microsoft') return undefined;
  const [x, weights] = node.inputs;
  const isOnInput = weights != null && weights.kind !== 'constant';
  if (x?.dtype !== 'float32' || !isOnInput || !areUnpackable(node)) return undefined;
  const [y] = makeNode({
    op: 'FusedMatMul',
    domain: 'com.microsoft',
    inputs: [x, unpackedWeights(node, x)],
    attributes: { transB: int(1) },
    origin: node.origin,
  });
  const bias = node.inputs[5];
  return [bias ? add(y!, bias) : y!];
}
