import { embeddedTf, gpuWarnings, packageVersion, startBackend } from './embedded.js';
import type { EngineDefinition } from './engine-definition.js';

/** TensorFlow.js in plain JavaScript: slow, and complete. */
export const cpu: EngineDefinition = {
  name: 'cpu',
  status: () => ({ name: 'cpu', usable: true, detail: 'CPU, plain JavaScript (slow; built in)' }),
  async start({ gpu }) {
    const tf = embeddedTf();
    await startBackend(tf, 'cpu', 'cpu');
    return {
      tf,
      tfBackend: 'cpu',
      info: {
        backend: 'tfjs',
        engine: 'cpu',
        device: 'cpu',
        versions: { '@tensorflow/tfjs': tf.version.tfjs, ...packageVersion() },
        settings: {},
        warnings: gpuWarnings('cpu', gpu),
      },
    };
  },
};
