import {
  type Backend,
  backendPort,
  type Engine,
  type EngineRequest,
  type EngineSearch,
  type EngineStatus,
} from '@forge-ml/core/plugin';

import { engines, loadEngine } from './engines/choose-engine.js';
import { activate, pinnedSession } from './engines/pinned-session.js';
import * as self from './index.js';
import { buildSession } from './session/build-session.js';
import { tensorTypes } from './tf/tensors.js';

/** TensorFlow.js as a Forge backend. */
export class TfjsBackend implements Backend {
  readonly port = backendPort;
  readonly name = 'tfjs';

  async engines(search: EngineSearch): Promise<readonly EngineStatus[]> {
    return engines.map((engine) => engine.status(search));
  }

  async start(request: EngineRequest): Promise<Engine> {
    const { tf, tfBackend, info } = await loadEngine(request);
    const use = () => activate(tf, tfBackend);
    return {
      info,
      modules: {
        '@tensorflow/tfjs': tf,
        '@tensorflow/tfjs-core': tf,
        '@tensorflow/tfjs-layers': tf,
        '@tensorflow/tfjs-node': tf,
        '@tensorflow/tfjs-node-gpu': tf,
        '@forge-ml/backend-tfjs': self,
      },
      accepts: tensorTypes,
      features: { outputs: true, gradients: true, ema: true, freeze: true, learningRate: true },
      build: async (model) => {
        use();
        return pinnedSession(await buildSession(tf, model), use);
      },
      // TensorFlow.js stays loaded in the process: the next start of this engine reuses it.
      dispose: () => {},
    };
  }
}
