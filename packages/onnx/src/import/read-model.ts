import type { Stats } from 'node:fs';
import { dirname } from 'node:path';
import { inFile, invalidModel, isOnnxError, messageOf, OnnxError } from '../errors/onnx-error.js';
import { known } from '../errors/options.js';
import type { Documentation } from '../graph/ir/documentation.js';
import type { Graph, ParameterValue, Value } from '../graph/ir/graph.js';
import { decode, modelProto } from '../proto/codecs.js';
import type { ModelProto, TensorProto } from '../proto/messages.js';
import { WireProblem } from '../proto/wire-reader.js';
import { findExternalData, readExternalData, tensorsOf } from './external-data.js';
import { type FileRange, leastLazyBytes, type SourceFile } from './file-tensor.js';
import { checkRawData, type ExternalBytes } from './from-tensor.js';
import { Functions } from './functions.js';
import { readBody, readMainGraph } from './graph-reader.js';
import { Leaves } from './leaves.js';
import { opsetsOf } from './opsets.js';
import type { ParameterRole } from './parameter-roles.js';
import { openRegularFile, readWholeFile } from './regular-file.js';

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
    const { content, status } = await readWithStatus(source);
    const model = decodeModel(content);
    const opened = (file: string) => onFileRead(file, source);
    if (!lazy) return parseModel(model, await readExternalData(model, dirname(source), opened));
    const external = await findExternalData(model, dirname(source), opened);
    return parseModel(model, new Map([...external, ...largeInside(model, content, { path: source, status })]));
  });
}

function parseModel(model: ModelProto, external: ExternalBytes): Model {
  if (!model.graph) throw invalidModel('This is not an ONNX model: it holds no graph.');
  const leaves = new Leaves(model.graph);
  const { graph, values } = readMainGraph(model.graph, {
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
  const { parameters, roles } = leaves.resolve([...graph.outputs.values(), ...values.values()], order);
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

export function decodeModel(content: Uint8Array): ModelProto {
  try {
    return decode(modelProto, content);
  } catch (error) {
    if (!(error instanceof WireProblem)) throw error;
    throw invalidModel(`This is not an ONNX model, or it is corrupt: ${error.message}.`, undefined, 'Export it again.');
  }
}

/**
 * The bytes of a model file.
 * @throws OnnxError FILE_SYSTEM, also for a pipe or device; MODEL_INVALID where it is larger than any .onnx file
 */
export async function readModelFile(path: string): Promise<Uint8Array> {
  return (await readWithStatus(path)).content;
}

/** The large tensors of the file itself, as parts of it. */
function* largeInside(
  model: ModelProto,
  content: Uint8Array,
  file: SourceFile,
): Generator<readonly [TensorProto, FileRange]> {
  for (const tensor of tensorsOf(model)) {
    const { rawData, dataLocation } = tensor;
    if (dataLocation === 1 || rawData === undefined || rawData.length < leastLazyBytes) continue;
    if (rawData.buffer !== content.buffer) continue;
    checkRawData(tensor);
    yield [tensor, { file, offset: rawData.byteOffset - content.byteOffset }];
  }
}

async function readWithStatus(path: string): Promise<{ readonly content: Uint8Array; readonly status: Stats }> {
  try {
    const file = await openRegularFile(path, { refuse: (how) => unreadable(path, `it ${how}`) });
    try {
      const status = await file.stat();
      const { size } = status;
      if (size >= 2 ** 31) throw invalidModel(`It has ${size} bytes, more than the 2 GB an .onnx file holds.`, path);
      return { content: await readWholeFile(file, size), status };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw isOnnxError(error) ? error : unreadable(path, messageOf(error), error);
  }
}

function unreadable(path: string, reason: string, cause?: unknown): OnnxError {
  return new OnnxError('FILE_SYSTEM', `${path} cannot be read: ${reason}.`, { about: path, cause });
}
