import type { Graph } from '../graph/ir/graph.js';
import { readModel } from '../import/read-model.js';
import { toModel } from './to-model.js';

/**
 * Checks a model: a file, its bytes, or a graph made here. Operators must be known and given types and shapes they
 * take, names must be unique, tensors must have the bytes their shapes say.
 * @throws OnnxError MODEL_INVALID naming the first thing wrong; FILE_SYSTEM
 */
export async function checkModel(source: string | Uint8Array | Graph): Promise<void> {
  const isFile = typeof source === 'string' || source instanceof Uint8Array;
  toModel(isFile ? await readModel(source) : source);
}
