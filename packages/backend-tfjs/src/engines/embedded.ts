import { createRequire } from 'node:module';
import { ForgeError, messageOf } from '@forge-ml/core/plugin';
import type { Tf } from '../tf/tf.js';
import { loadModelsFromFiles } from './load-files.js';

const require = createRequire(import.meta.url);

/** The TensorFlow.js this package depends on. `require` gives the whole module where `import` guesses its names. */
export function embeddedTf(): Tf {
  const tf: Tf = require('@tensorflow/tfjs');
  tf.enableProdMode();
  loadModelsFromFiles(tf);
  return tf;
}

export function embeddedWasm(): typeof import('@tensorflow/tfjs-backend-wasm') {
  return require('@tensorflow/tfjs-backend-wasm');
}

/** The folder with the `.wasm` files, with a slash at its end. */
export function wasmFolder(): string {
  return require.resolve('@tensorflow/tfjs-backend-wasm').replace(/[^/\\]+$/, '');
}

/** This package's version: Forge's kernels affect results too. */
export function packageVersion(): Record<string, string> {
  const { name, version } = require('@forge-ml/backend-tfjs/package.json');
  return { [name]: version };
}

/** @throws ForgeError ENGINE_UNUSABLE when TensorFlow.js cannot start the backend */
export async function startBackend(tf: Tf, engine: string, tfBackend: string): Promise<void> {
  let cause: unknown;
  const started = await tf.setBackend(tfBackend).catch((error: unknown) => {
    cause = error;
    return false;
  });
  if (started) return;
  const reason = cause === undefined ? 'its initialization failed' : messageOf(cause);
  throw new ForgeError('ENGINE_UNUSABLE', `The engine ${engine} did not start: ${reason}.`, {
    about: engine,
    hint: 'Run `forge backends` to see which engines are usable here.',
    cause,
  });
}

/** The warning for `--gpu` on an engine without one. */
export function gpuWarnings(engine: string, gpu: string | undefined): string[] {
  return gpu === undefined ? [] : [`The engine ${engine} runs on the CPU; --gpu ${gpu} has no effect.`];
}
