import { chooseEngine, type EngineRequest } from '@forge-ml/core/plugin';
import { cpu } from './cpu.js';
import type { LoadedEngine } from './engine-definition.js';
import { node, nodeGpu } from './native.js';
import { wasm } from './wasm.js';

/** Every engine, the fastest first. */
export const engines = [nodeGpu, node, wasm, cpu];

/**
 * Loads the requested engine, or the first that can be loaded, with a warning for each that should have been.
 * @throws ForgeError ENGINE_UNUSABLE
 */
export async function loadEngine(request: EngineRequest, candidates = engines): Promise<LoadedEngine> {
  const { started, warnings } = await chooseEngine('tfjs', candidates, request);
  return { ...started, info: { ...started.info, warnings: [...warnings, ...started.info.warnings] } };
}
