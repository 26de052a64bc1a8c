import type { Documentation } from '@forge-ml/onnx';
import type { Graph, Value } from '@forge-ml/onnx/graph';
import { optimize, walkGraph } from '@forge-ml/onnx/graph';

/** A graph for other programs, in place of what `predict` computes: that of the file that a model is from. */
export interface ExportedGraph extends Graph {
  readonly metadata?: ReadonlyMap<string, string>;
  readonly documentation?: Documentation;
  /** The name of the graph. */
  readonly name?: string;
}

/** The graph without what has no effect on its outputs; its inputs stay. */
export function simplifiedExport(exported: ExportedGraph): ExportedGraph {
  const { outputs } = optimize({ inputs: exported.inputs, outputs: exported.outputs });
  return { ...exported, outputs };
}

/** The names that a graph's values had in the file that they are from. */
export function namesInFile(graph: Graph): ReadonlyMap<Value, string> {
  const { nodes } = walkGraph(graph);
  const values = nodes.flatMap(({ outputs }) => outputs);
  return new Map(values.flatMap((value) => (value.name === undefined ? [] : [[value, value.name]])));
}
