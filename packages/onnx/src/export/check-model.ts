import type { Graph } from '../graph/ir/graph.js';
import { requireType } from '../graph/ir/unknown-type.js';
import { walkGraph } from '../graph/ir/walk.js';
import { readModel } from '../import/read-model.js';
import { toModel } from './to-model.js';

/**
 * Checks a model: a file, its bytes, or a graph made here. Operators must be known and accept the types and shapes of
 * their inputs, names must be unique, and tensors must have as many bytes as their shapes need.
 * @throws OnnxError MODEL_INVALID naming the first problem; FILE_SYSTEM
 */
export async function checkModel(source: string | Uint8Array | Graph): Promise<void> {
  const isFile = typeof source === 'string' || source instanceof Uint8Array;
  const graph = isFile ? await readModel(source) : source;
  for (const { outputs } of walkGraph(graph).nodes) for (const value of outputs) requireType(value);
  toModel(graph);
}
