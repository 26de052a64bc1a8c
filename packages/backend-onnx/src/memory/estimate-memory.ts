import { type Batch, bytesPerElement, type MemoryEstimate, sizeOf } from '@forge-ml/core/plugin';
import { type Graph, isLazy, walkGraph, withShapes } from '@forge-ml/onnx/graph';
import type { ModelGraphs } from '../model/build-graphs.js';
import { stateValue } from '../model/state-value.js';
import { layOut, type StateGroup } from '../runtime/state-layout.js';
import { arenaOf } from './arena-of-graph.js';
import { runSizes } from './run-sizes.js';

/** What a step reads and writes of a value: a graph may not write where it reads. */
const copies: Readonly<Record<StateGroup, number>> = { updated: 1, sums: 1, written: 2, fixed: 1, base: 1 };

/** Of a node: in the graph, in the model that is sent to the worker, and in ONNX Runtime's session. */
const bytesOfNode = 20_000;

/** A batch as it was read, the copy that is sent to the worker, and the last copy, until its memory is collected. */
const copiesOfBatch = 3;

/**
 * What training is expected to take on the CPU, for batches of the sizes of the sample. It is computed from the graphs as
 * ONNX Runtime plans their memory, and runs nothing.
 */
export function estimateMemory(graphs: ModelGraphs, sample: Batch): MemoryEstimate {
  const { parameters, slots, averages, kernelUpdate, written } = graphs;
  const base = [...graphs.base.values, ...graphs.packed.values()];
  const state = [...parameters.map(stateValue), ...slots.values(), ...Array.from(averages.values(), stateValue)];
  const layout = layOut(state, kernelUpdate?.plan, written, base.map(stateValue));
  const placed = layout.values.map((value) => ({
    ...value,
    bytes: bytesPerElement[value.dtype] * sizeOf(value.shape),
  }));
  const isWeight = new Set([...parameters, ...base].map(({ name }) => name));
  const sizes = runSizes(graphs.sizes);
  const training = atSizes(graphs.training(), sample);
  const evaluation = atSizes(graphs.evaluation(), sample);
  const bytesOf = new Map(placed.map(({ name, bytes }) => [name, bytes]));
  const read = new Set(training.inputs.map(({ name }) => name));
  return {
    weights: sum(placed.filter(({ name }) => isWeight.has(name)).map(({ bytes, group }) => copies[group] * bytes)),
    gradients: sum((kernelUpdate?.plan.parameters ?? []).map((one) => (one.gradient ? bytesOf.get(one.name)! : 0))),
    optimizer: sum(placed.filter(({ name }) => !isWeight.has(name)).map(({ bytes, group }) => copies[group] * bytes)),
    activations: arenaOf(training, sizes, new Set(training.outputs.values())),
    batches:
      copiesOfBatch * sum(Object.entries(sample).map(([name, { bytes }]) => (read.has(name) ? bytes.length : 0))),
    evaluation: arenaOf(evaluation, sizes, new Set(evaluation.outputs.values())),
    other:
      bytesOfNode * (walkGraph(training).nodes.length + walkGraph(evaluation).nodes.length) +
      sum(parameters.map(({ name, initial }) => (isLazy(initial) ? 0 : bytesOf.get(name)!))),
    saving: sum(placed.map(({ bytes, group }) => (group === 'fixed' || group === 'base' ? 0 : bytes))),
  };
}

/** The graph for batches of the sizes of the sample; as it is, where an operator refuses them. */
function atSizes(graph: Graph, sample: Batch): Graph {
  const shapes = graph.inputs.flatMap(({ name }) => (sample[name] ? [[name, sample[name].shape] as const] : []));
  try {
    return withShapes(graph, Object.fromEntries(shapes));
  } catch {
    return graph;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
