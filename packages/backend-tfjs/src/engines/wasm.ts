import { embeddedTf, embeddedWasm, gpuWarnings, packageVersion, startBackend, wasmFolder } from './embedded.js';
import type { EngineDefinition } from './engine-definition.js';
import { installKernels } from './kernels/install.js';

/** TensorFlow.js on WebAssembly, with the kernels that make it able to train: the default. */
export const wasm: EngineDefinition = {
  name: 'wasm',
  status: () => ({ name: 'wasm', usable: true, detail: 'CPU, WebAssembly (built in)' }),
  async start({ gpu }) {
    const tf = embeddedTf();
    const module = embeddedWasm();
    const starting = tf.engine().registry.wasm === undefined;
    if (starting) module.setWasmPaths(wasmFolder());
    await withoutProcessHandlers(() => startBackend(tf, 'wasm', 'wasm'));
    installKernels(tf);
    return {
      tf,
      tfBackend: 'wasm',
      info: {
        backend: 'tfjs',
        engine: 'wasm',
        device: 'cpu',
        versions: {
          '@tensorflow/tfjs': tf.version.tfjs,
          '@tensorflow/tfjs-backend-wasm': module.version_wasm,
          ...packageVersion(),
        },
        settings: { simd: tf.env().getBool('WASM_HAS_SIMD_SUPPORT'), threads: module.getThreadsCount() },
        warnings: gpuWarnings('wasm', gpu),
      },
    };
  },
};

const events = ['uncaughtException', 'unhandledRejection'] as const;

/**
 * Removes the handlers that the wasm module installs on the process when it starts: they rethrow every error, so that a
 * program's own handlers would not be called.
 */
async function withoutProcessHandlers(start: () => Promise<void>): Promise<void> {
  const before = events.map((event) => new Set(process.rawListeners(event)));
  await start();
  events.forEach((event, index) => {
    for (const listener of process.rawListeners(event)) {
      if (!before[index]?.has(listener)) process.removeListener(event, listener as () => void);
    }
  });
}
