import { type Dim, type Graph, intAttribute, type Node, type Shape, walkGraph } from '@forge-ml/onnx/graph';

/**
 * Below this, waking other threads takes longer than they save. Measured on two cores: an MLP with 30 million
 * multiplications a step is faster on one thread, a small CNN with 70 million on two.
 */
const leastForThreads = 50e6;

/**
 * How many threads a graph runs on, of those allowed: one for a small graph.
 * @param batch examples in a usual batch
 */
export function threadsFor(graph: Graph, batch: number, allowed: number): number {
  return workOf(graph, batch) < leastForThreads ? 1 : allowed;
}

/** About how many multiplications a run of a graph takes; Infinity where loops make it unknown. */
export function workOf(graph: Graph, batch: number): number {
  const size = (shape: Shape) => shape.reduce<number>((product, dim) => product * sizeOfDim(dim, batch), 1);
  return walkGraph(graph).nodes.reduce((sum, node) => sum + workOfNode(node, size, batch), 0);
}

function workOfNode(node: Node, size: (shape: Shape) => number, batch: number): number {
  if (loops.has(node.op)) return Infinity;
  const [first, second] = node.inputs;
  const results = node.outputs.reduce((sum, { shape }) => sum + size(shape), 0);
  if (!first || !second) return results;
  switch (node.op) {
    case 'MatMul':
      return results * sizeOfDim(first.shape.at(-1) ?? 1, batch);
    case 'Gemm':
      return results * sizeOfDim(first.shape[intAttribute(node, 'transA', 0) === 0 ? 1 : 0]!, batch);
    case 'Conv':
      return (results * size(second.shape)) / sizeOfDim(second.shape[0]!, batch);
    case 'ConvTranspose':
      return (size(first.shape) * size(second.shape)) / sizeOfDim(second.shape[0]!, batch);
    default:
      return results;
  }
}

const loops: ReadonlySet<string> = new Set(['Loop', 'Scan', 'If', 'LSTM', 'GRU', 'RNN']);

/** Unknown sizes are counted as that of the batch. */
function sizeOfDim(dim: Dim, batch: number): number {
  return typeof dim === 'number' ? dim : batch;
}
