import { type Backend, backendPort, type Engine, type EngineStatus } from '../backend/backend.js';
import { ForgeError } from '../errors/forge-error.js';
import { bytesPerElement, type DType } from '../tensor/tensor-data.js';
import { checkToyModel } from './toy-model.js';
import { ToySession } from './toy-session.js';

const engines: readonly EngineStatus[] = [
  { name: 'plain', usable: true, detail: 'plain JavaScript' },
  { name: 'broken', usable: false, detail: 'never usable, for tests', remedy: 'use the engine plain' },
];

/** All types but half precision, for which JavaScript has no arrays. */
const accepts = (Object.keys(bytesPerElement) as DType[]).filter((dtype) => !/^b?float16$/.test(dtype));

/**
 * A backend without an engine: small models in plain JavaScript, with the same bits on every machine. For tests of the
 * code around a backend, and the smallest complete example of one. Its models are `ToyModel`s.
 */
export const toyBackend: Backend = {
  port: backendPort,
  name: 'toy',
  async engines() {
    return engines;
  },
  async start({ engine = 'plain' }) {
    const status = engines.find(({ name }) => name === engine);
    if (status?.usable !== true) {
      throw new ForgeError('ENGINE_UNUSABLE', `The engine ${engine} of the toy backend cannot be used.`, {
        about: engine,
        hint: 'Use --engine plain.',
      });
    }
    return startPlain();
  },
};

function startPlain(): Engine {
  const live = { tensors: 0 };
  return {
    info: {
      backend: 'toy',
      engine: 'plain',
      device: 'cpu',
      versions: { 'toy-engine': '1.0.0' },
      settings: { threads: 1 },
      warnings: [],
    },
    modules: { 'toy-engine': { version: '1.0.0' } },
    accepts,
    features: { outputs: true, gradients: true, ema: true, freeze: true, learningRate: true },
    async build({ load, ...request }) {
      return new ToySession(checkToyModel(await load()), request, live);
    },
    dispose() {},
  };
}
