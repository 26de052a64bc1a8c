import { dirname } from 'node:path';
import { inFile, invalidModel } from '../errors/onnx-error.js';
import { known } from '../errors/options.js';
import type { Documentation } from '../graph/ir/documentation.js';
import type { Graph, ParameterValue, Value } from '../graph/ir/graph.js';
import { rebuildValues } from '../graph/rewrite/rebuild.js';
import type { ModelProto } from '../proto/messages.js';
import { findExternalData, readExternalData } from './external-data.js';
import { type ExternalBytes, fromTensor } from './from-tensor.js';
import { Functions } from './functions.js';
import { type MainGraph, readBody, readMainGraph } from './graph-reader.js';
import { Leaves } from './leaves.js';
import { decodeModel, openModelFile } from './model-file.js';
import { opsetsOf } from './opsets.js';
import type { ParameterRole } from './parameter-roles.js';

/** A graph read from a file, with the file's other content. */
export interface Model extends Graph {
  /**
   * Every learned tensor that is used, of initializers in the order of the file, then of Constant nodes and of bodies.
   * All other tensors are constants.
   */
  readonly parameters: ReadonlyMap<string, ParameterValue>;
  /** What each parameter is for, by the way the graph uses it. */
  readonly roles: ReadonlyMap<string, ParameterRole>;
  /** The values of the main graph by their names in the file, intermediate values included. */
  readonly values: ReadonlyMap<string, Value>;
  /** The name of the graph in the file. */
  readonly name: string;
  readonly metadata: ReadonlyMap<string, string>;
  /** What the file says of itself. */
  readonly documentation: Documentation;
  /** The version of ONNX's operators the file was written in; the graph itself is always of opset 21. */
  readonly opset: number | undefined;
}

export interface ReadOptions {
  /** Called for each file that is read: the model, then its external data files (`partOf` is the model). */
  readonly onFileRead?: (path: string, partOf?: string) => void;
  /**
   * Whether large tensors are read from the file when they are used, and may be freed in between. The files must then
   * stay as they are. Default: false.
   */
  readonly lazy?: boolean;
}

/**
 * Reads an ONNX model: a file with its external data, or the bytes of a self-contained one. Its learned tensors
 * become parameters; operators of older opsets become those of opset 21; functions are inlined. Types and shapes are
 * inferred, and checked.
 * @throws OnnxError MODEL_INVALID naming the file and the node or tensor at fault; FILE_SYSTEM
 */
export async function readModel(source: string | Uint8Array, options: ReadOptions = {}): Promise<Model> {
  const { onFileRead = () => undefined, lazy = false } = known('readModel', options, ['onFileRead', 'lazy']);
  if (typeof source !== 'string') {
    const model = decodeModel(source);
    return parseModel(model, await readExternalData(model, undefined));
  }
  onFileRead(source);
  return inFile(source, async () => {
    const { model, unread } = await openModelFile(source);
    const opened = (file: string) => onFileRead(file, source);
    const external = await findExternalData(model, dirname(source), opened);
    const all: ExternalBytes = new Map([...external, ...unread]);
    return parseModel(model, lazy ? all : readNow(all));
  });
}

function readNow(external: ExternalBytes): ExternalBytes {
  const tensors = [...external.keys()];
  return new Map(tensors.map((tensor) => [tensor, fromTensor(tensor, `The tensor "${tensor.name}"`, external).bytes]));
}

function parseModel(model: ModelProto, external: ExternalBytes): Model {
  if (!model.graph) throw invalidModel('This is not an ONNX model: it holds no graph.');
  const leaves = new Leaves(model.graph);
  const read = readMainGraph(model.graph, {
    leaves,
    external,
    opsets: opsetsOf(model.opsetImport),
    functions: new Functions(model.functions),
    declared: new Map(),
    bindings: {},
    within: [],
    isConditional: false,
    count: { nodes: 0 },
    readBody,
  });
  const order = model.graph.initializer.map(({ name }) => name);
  const all = [...read.graph.outputs.values(), ...read.values.values()];
  const { parameters, roles, replacements } = leaves.resolve(all, order);
  const { graph, values } = withParameters(read, replacements);
  return {
    ...graph,
    values,
    parameters,
    roles,
    name: model.graph.name,
    documentation: documentationOf(model),
    metadata: new Map(model.metadataProps.map(({ key, value }) => [key, value])),
    opset: opsetsOf(model.opsetImport).onnx,
  };
}

/** What was computed from a constant is no longer known where a parameter takes its place: training changes it. */
function withParameters({ graph, values }: MainGraph, replacements: ReadonlyMap<Value, ParameterValue>): MainGraph {
  const outputs = [...graph.outputs];
  const all = [...outputs.map(([, value]) => value), ...values.values()];
  const rebuilt = rebuildValues(all, { substitute: (value) => replacements.get(value), sameTypes: true });
  return {
    graph: { ...graph, outputs: new Map(outputs.map(([name], at) => [name, rebuilt[at]!])) },
    values: new Map([...values.keys()].map((name, at) => [name, rebuilt[outputs.length + at]!])),
  };
}

function documentationOf({ docString, domain, modelVersion, graph }: ModelProto): Documentation {
  const values = [...(graph?.input ?? []), ...(graph?.output ?? [])].filter((info) => info.docString !== '');
  return {
    docString,
    graphDocString: graph?.docString ?? '',
    docStrings: new Map(values.map((info) => [info.name, info.docString])),
    domain,
    ...(modelVersion === undefined ? {} : { version: modelVersion }),
  };
}
