import { writeFile } from 'node:fs/promises';
import { messageOf, OnnxError } from '../errors/onnx-error.js';
import type { Graph, Value } from '../graph/ir/graph.js';
import type { Model } from '../import/read-model.js';
import { type ModelOptions, modelBytes } from './to-model.js';

/**
 * Writes a graph as an ONNX file. A model that was read keeps its metadata and the names of its values.
 * @throws OnnxError as `modelBytes`; FILE_SYSTEM where the file cannot be written
 */
export async function writeModel(path: string, graph: Graph | Model, options: ModelOptions = {}): Promise<void> {
  const kept =
    'values' in graph
      ? { names: namesOf(graph), name: graph.name, metadata: graph.metadata, documentation: graph.documentation }
      : {};
  const bytes = modelBytes(graph, { ...kept, ...options });
  await writeFile(path, bytes).catch((error: unknown) => {
    throw new OnnxError('FILE_SYSTEM', `${path} cannot be written: ${messageOf(error)}.`, {
      about: path,
      cause: error,
    });
  });
}

function namesOf({ values }: Model): ReadonlyMap<Value, string> {
  return new Map([...values].map(([name, value]) => [value, name]));
}
