import { type EngineRequest, ForgeError, isForgeError, messageOf } from '@forge-ml/core/plugin';
import { cpu } from './cpu.js';
import type { EngineDefinition, LoadedEngine } from './engine-definition.js';
import { node } from './node.js';
import { nodeGpu } from './node-gpu.js';
import { wasm } from './wasm.js';

/** Every engine, the fastest first. */
export const engines: readonly EngineDefinition[] = [nodeGpu, node, wasm, cpu];

/**
 * Loads the engine that was asked for, or the first that can be loaded; a warning names those that should have been.
 * @throws ForgeError ENGINE_UNUSABLE
 */
export async function loadEngine(request: EngineRequest, candidates = engines): Promise<LoadedEngine> {
  if (request.engine !== undefined) return named(request.engine, candidates).load(request);
  const warnings: string[] = [];
  let last: unknown;
  for (const candidate of candidates) {
    if (!candidate.status(request).usable) continue;
    try {
      const loaded = await candidate.load(request);
      return { ...loaded, info: { ...loaded.info, warnings: [...warnings, ...loaded.info.warnings] } };
    } catch (error) {
      if (!isForgeError(error)) throw error;
      last = error;
      warnings.push(messageOf(error));
    }
  }
  throw last ?? new ForgeError('ENGINE_UNUSABLE', 'no engine of the backend tfjs is usable here');
}

function named(name: string, candidates: readonly EngineDefinition[]): EngineDefinition {
  const found = candidates.find((candidate) => candidate.name === name);
  if (found !== undefined) return found;
  throw new ForgeError('ENGINE_UNUSABLE', `the backend tfjs has no engine '${name}'`, {
    about: name,
    hint: `Its engines are ${candidates.map((candidate) => candidate.name).join(', ')}.`,
  });
}
