import type { Node, Value } from '../graph/ir/graph.js';
import { makeNode } from '../graph/make-node.js';

/** Marks the node. An Identity computes nothing, so any runtime removes it. */
const mark = '@forge-ml/onnx:stop-gradient';

/** Returns `x`, and lets no gradient through. */
export function stopGradient(x: Value): Value {
  return makeNode({ op: 'Identity', inputs: [x], origin: mark })[0]!;
}

export function stopsGradient(node: Node): boolean {
  return node.op === 'Identity' && node.origin === mark;
}
