import { dirname } from 'node:path';
import { inFile, invalidModel, isOnnxError, messageOf, OnnxError } from '../errors/onnx-error.js';
import { known } from '../errors/options.js';
import type { Graph, ParameterValue, Value } from '../graph/ir/graph.js';
import { decode, modelProto } from '../proto/codecs.js';
import type { ModelProto } from '../proto/messages.js';
import { WireProblem } from '../proto/wire-reader.js';
import { readExternalData } from './external-data.js';
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
  readonly metadata: ReadonlyMap<string, string>;
  /** The version of ONNX's operators the file was written in; the graph itself is always of opset 21. */
  readonly opset: number | undefined;
}

export interface ReadOptions {
  /** Called for each file that is read: the model, then its external data files (`partOf` is the model). */
  readonly onFileRead?: (path: string, partOf?: string) => void;
}

/**
 * Reads an ONNX model: a file with its external data, or the bytes of a self-contained one. Its learned tensors
 * become parameters; operators of older opsets become those of opset 21; functions are inlined. Types and shapes are
 * inferred, and checked.
 * @throws OnnxError MODEL_INVALID naming the file and the node or tensor at fault; FILE_SYSTEM
 */
export async function readModel(source: string | Uint8Array, options: ReadOptions = {}): Promise<Model> {
  const { onFileRead = () => undefined } = known('readModel', options, ['onFileRead']);
  if (typeof source !== 'string') return parseModel(source);
  onFileRead(source);
  return inFile(source, async () => parseModel(await readModelFile(source), source, onFileRead));
}

/** @param path of the file, if read from one */
async function parseModel(
  content: Uint8Array,
  path?: string,
  onFileRead: NonNullable<ReadOptions['onFileRead']> = () => undefined,
): Promise<Model> {
  const model = decodeModel(content);
  if (!model.graph) throw invalidModel('This is not an ONNX model: it holds no graph.');
  const leaves = new Leaves(model.graph);
  const { graph, values } = readMainGraph(model.graph, {
    leaves,
    external: await (path === undefined
      ? readExternalData(model, undefined)
      : readExternalData(model, dirname(path), (file) => onFileRead(file, path))),
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
    metadata: new Map(model.metadataProps.map(({ key, value }) => [key, value])),
    opset: opsetsOf(model.opsetImport).onnx,
  };
}

function decodeModel(content: Uint8Array): ModelProto {
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
  try {
    const file = await openRegularFile(path, { refuse: (how) => unreadable(path, `it ${how}`) });
    try {
      const { size } = await file.stat();
      if (size >= 2 ** 31) throw invalidModel(`It has ${size} bytes, more than the 2 GB an .onnx file holds.`, path);
      return await readWholeFile(file, size);
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
