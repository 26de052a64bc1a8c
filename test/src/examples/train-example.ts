import { fileURLToPath } from 'node:url';
import { ForgeLibrary, type TrainResult } from '@forge-ml/core';
import { examplePath } from './load-example.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The backends that each example has a model config for, and an engine that every machine has. */
export const engines = { tfjs: 'wasm', onnx: 'cpu' } as const;

/** Trains `examples/NAME` on a backend; the run is in the folder `results`. */
export async function trainExample(
  name: string,
  backend: keyof typeof engines,
  results: string,
  ...flags: string[]
): Promise<TrainResult> {
  const data = ['--data-config', examplePath(`${name}/data.ts`)];
  const model = ['--model-config', examplePath(`${name}/model.${backend}.ts`)];
  const argv = ['--backend', backend, '--engine', engines[backend], '--results-dir', results, ...data, ...model];
  const forge = new ForgeLibrary({ directory: root, argv: [...argv, ...flags] });
  return forge.train(await forge.config());
}
