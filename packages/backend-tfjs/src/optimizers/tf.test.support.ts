import { createRequire } from 'node:module';
import { wasm } from '../engines/wasm.js';
import type { Tf } from '../tf/tf.js';

/** TensorFlow.js on its own cpu engine: slow, but without any of Forge's kernels. */
export async function cpuTf(): Promise<Tf> {
  const tf: Tf = createRequire(import.meta.url)('@tensorflow/tfjs');
  tf.enableProdMode();
  await tf.setBackend('cpu');
  await tf.ready();
  return tf;
}

/** The default engine. */
export async function wasmTf(): Promise<Tf> {
  return (await wasm.start({ searchFrom: [] })).tf;
}
