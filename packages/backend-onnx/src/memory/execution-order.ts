import { dependenciesOf, type Node } from '@forge-ml/onnx/graph';

/**
 * The order in which ONNX Runtime runs nodes: depth first from the last node that no other reads, its last inputs first
 * (`Graph::ReverseDFSFrom` in onnxruntime/core/graph/graph.cc). So each gradient of weights is computed as soon as it can
 * be, where the file has the gradients last.
 * @param nodes in the order of the file, which is topological
 */
export function executionOrder(nodes: readonly Node[]): readonly Node[] {
  const inOrder = [...nodes.filter((node) => !isFunction(node)), ...nodes.filter(isFunction)];
  const indices = new Map(inOrder.map((node, at) => [node, at]));
  const sources = inOrder.map((node) => {
    const read = dependenciesOf(node).flatMap((value) => (value.kind === 'node' ? [indices.get(value.node)!] : []));
    return [...new Set(read)].sort((a, b) => a - b);
  });
  const readByOthers = new Set(sources.flat());
  // The loss of such a function is read by no other node.
  const stack = inOrder.flatMap((node, at) => (readByOthers.has(at) && !isFunction(node) ? [] : [{ at, done: false }]));
  const visited = new Set<number>();
  const order: Node[] = [];
  for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
    const { at, done } = entry;
    if (done) order.push(inOrder[at]!);
    if (done || visited.has(at)) continue;
    visited.add(at);
    stack.push({ at, done: true });
    for (const source of sources[at]!) if (!visited.has(source)) stack.push({ at: source, done: false });
  }
  return order;
}

/** Whether ONNX Runtime puts other nodes in its place, which come last in its list. */
function isFunction({ op }: Node): boolean {
  return op === 'SoftmaxCrossEntropyLoss' || op === 'NegativeLogLikelihoodLoss';
}
