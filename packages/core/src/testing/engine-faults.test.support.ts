import type { Engine } from '../backend/backend.js';

let starts = 0;

export const toyModel = (dropout: boolean) => ({
  kind: 'toy',
  inputs: 'x',
  targets: 'y',
  hidden: 5,
  learningRate: 0.05,
  momentum: 0.9,
  dropout: dropout ? 0.5 : 0,
});

/** Engines that each break one promise. */
export const engineFaults: Record<string, (engine: Engine) => Partial<Engine>> = {
  'what load throws is wrapped': (engine) => ({
    build: (request) =>
      engine.build(request).catch((cause) => {
        throw new Error('It could not be built.', { cause });
      }),
  }),
  'any model will do': (engine) => ({
    build: ({ load, ...request }) =>
      engine.build({ ...request, load: async () => ({ ...toyModel(false), ...((await load()) ?? {}) }) }),
  }),
  'the seed is not heard': (engine) => ({ build: (request) => engine.build({ ...request, seed: 1 }) }),
  'each start computes other bits': (engine) => {
    const start = starts++;
    return { build: (request) => engine.build({ ...request, seed: request.seed + 1000 * start }) };
  },
  'a module of a path': (engine) => ({ modules: { ...engine.modules, './engine.js': {} } }),
  'it hopes for another engine': (engine) => ({ info: { ...engine.info, engine: 'gpu' } }),
};
