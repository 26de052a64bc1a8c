import { type Dim, type Graph, intAttribute, isTyped, type Node, type Shape, walkGraph } from '@forge-ml/onnx/graph';

/**
 * Below this, waking other threads takes longer than they save. Measured on two cores: an MLP with 30 million
 * multiplications a step is faster on one thread, a small CNN with 70 million on two.
 */
const leastForThreads = 50e6;

/** As above, for inference alone, without waiting updates: about half a millisecond of one core. */
const leastForServing = 5e6;

/** Sizes by the names of axes. */
type Sizes = ReadonlyMap<string, number>;

/**
 * How many threads a graph runs on, of those allowed: one for a small graph.
 * @param sizes of a usual batch, by the names of its axes
 */
export function threadsFor(graph: Graph, sizes: Sizes, allowed: number): number {
  return workOf(graph, sizes) < leastForThreads ? 1 : allowed;
}

/** The same for one run at a time, whose time is what counts: threads that wait for work cost less. */
export function threadsForServing(graph: Graph, sizes: Sizes, allowed: number): number {
  return workOf(graph, sizes) < leastForServing ? 1 : allowed;
}

/** About how many multiplications a run of a graph takes; Infinity where loops make it unknown. */
export function workOf(graph: Graph, sizes: Sizes): number {
  const size = (shape: Shape) => shape.reduce<number>((product, dim) => product * sizeOfDim(dim, sizes), 1);
  return walkGraph(graph).nodes.reduce((sum, node) => sum + workOfNode(node, size, sizes), 0);
}

function workOfNode(node: Node, size: (shape: Shape) => number, sizes: Sizes): number {
  if (loops.has(node.op) || !node.outputs.every(isTyped)) return Infinity;
  const [first, second] = node.inputs;
  const results = node.outputs.reduce((sum, { shape }) => sum + size(shape), 0);
  if (!first || !second) return results;
  switch (node.op) {
    case 'MatMul':
      return results * sizeOfDim(first.shape.at(-1) ?? 1, sizes);
    case 'Gemm':
      return results * sizeOfDim(first.shape[intAttribute(node, 'transA', 0) === 0 ? 1 : 0]!, sizes);
    case 'Conv':
      return (results * size(second.shape)) / sizeOfDim(second.shape[0]!, sizes);
    case 'ConvTranspose':
      return (size(first.shape) * size(second.shape)) / sizeOfDim(second.shape[0]!, sizes);
    default:
      return results;
  }
}

const loops: ReadonlySet<string> = new Set(['Loop', 'Scan', 'If', 'LSTM', 'GRU', 'RNN']);

/** Sizes that are computed at run time are counted as that of the batch. */
function sizeOfDim(dim: Dim, sizes: Sizes): number {
  return typeof dim === 'number' ? dim : (sizes.get(dim) ?? sizes.get('batch') ?? 1);
}
