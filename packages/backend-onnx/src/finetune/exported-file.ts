import type { Model } from '@forge-ml/onnx';
import type { Changes, Value } from '@forge-ml/onnx/graph';
import { rebuild, walk } from '@forge-ml/onnx/graph';
import type { ExportedGraph } from '../model/exported-graph.js';
import type { OnnxOutputs } from '../model/onnx-model.js';
import type { OwnParameters } from './own-parameters.js';

export interface ExportRequest {
  /** The file. */
  readonly imported: Model;
  /** The values that training reads, by name, of the types in the file. */
  readonly wanted: ReadonlyMap<string, Value>;
  readonly own: OwnParameters;
  /** What replaces quantized and half-precision weights of the file; `wanted` has it already. */
  readonly substitutes: ReadonlyMap<Value, Value>;
  /** As in Changes: of nodes that differ between training and inference. */
  readonly rewrite: NonNullable<Changes['rewrite']>;
  /** What layers on top compute of the values; undefined if there are none. */
  readonly head: ((features: ReadonlyMap<string, Value>) => OnnxOutputs) | undefined;
}

/**
 * The graph of a file with the trained parameters: its inputs, outputs, names of values, metadata and texts are as in the
 * file, so that it takes the place of the file. Of a model that is cut it has the outputs that need no other parameters,
 * then the values that training reads. Of a model with a head it has the head's outputs; a single one has the name of the
 * file's single output where the head takes the place of what computes that, and else the name `output`.
 */
export function exportedGraph({ imported, wanted, own, substitutes, rewrite, head }: ExportRequest): ExportedGraph {
  const { metadata, documentation } = imported;
  const file = rebuild({ inputs: [], outputs: imported.outputs }, substitutes).outputs;
  const asked = head === undefined ? new Map([...completeOutputs(file, wanted), ...wanted]) : wanted;
  const substitute = (value: Value) => own.replacements.get(value);
  const rebuilt = rebuild({ inputs: imported.inputs, outputs: asked }, { substitute, rewrite });
  const outputs = head === undefined ? rebuilt.outputs : named(head(rebuilt.outputs), imported, wanted);
  const isWhole = [...imported.outputs.keys()].every((name) => outputs.has(name)) && head === undefined;
  const read = new Set<Value>(walk(outputs.values()).inputs);
  const inputs = isWhole ? imported.inputs : imported.inputs.filter((value) => read.has(value));
  return { inputs, outputs, metadata, documentation, name: imported.name };
}

/** The outputs of the file that need only parameters that training has. */
function completeOutputs(outputs: ReadonlyMap<string, Value>, wanted: ReadonlyMap<string, Value>): Map<string, Value> {
  const known = new Set<Value>(walk(wanted.values()).parameters);
  const isComplete = (value: Value) => walk([value]).parameters.every((parameter) => known.has(parameter));
  return new Map([...outputs].filter(([, value]) => isComplete(value)));
}

function named(outputs: OnnxOutputs, imported: Model, wanted: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  if (!isOne(outputs)) return new Map(Object.entries(outputs));
  const [name, ...others] = imported.outputs.keys();
  const isReplaced = name !== undefined && others.length === 0 && !wanted.has(name);
  return new Map([[isReplaced ? name : 'output', outputs]]);
}

function isOne(outputs: OnnxOutputs): outputs is Value {
  return 'kind' in outputs && typeof outputs.kind === 'string';
}
