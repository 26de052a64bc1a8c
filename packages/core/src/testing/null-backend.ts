import { type Backend, backendPort, type Engine, type TrainSession } from '../backend/backend.js';

const stats = { loss: 0 };

/** A backend whose steps do nothing, to measure the cost of the training loop. Accepts any model. */
export const nullBackend: Backend = {
  port: backendPort,
  name: 'null',
  async engines() {
    return [{ name: 'null', usable: true, detail: 'does nothing' }];
  },
  async start() {
    return engine;
  },
};

const engine: Engine = {
  info: {
    backend: 'null',
    engine: 'null',
    device: 'none',
    versions: { 'toy-engine': '1.0.0' },
    settings: {},
    warnings: [],
  },
  modules: { 'toy-engine': { version: '1.0.0' } },
  async build({ load }) {
    await load();
    return session;
  },
  dispose() {},
};

const session: TrainSession = {
  artefacts: {},
  parameters: [],
  warnings: [],
  step: () => stats,
  evaluate: () => stats,
  predict: () => ({}),
  capture: () => ({ parameters: new Map(), optimizer: new Map() }),
  restore() {},
  dispose() {},
};
