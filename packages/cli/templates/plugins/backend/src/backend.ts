import { type Backend, backendPort, ForgeError } from '@forge-ml/core/plugin';
import { checkModel } from './mlp.js';
import { Session } from './session.js';

/** The engine that `--engine` names; a backend may have several, such as one for a GPU. */
const onlyEngine = 'cpu';

export const backend: Backend = {
  port: backendPort,
  name: '{{name}}',

  /** For `forge backends`: what could be used, and if not, why. Starts nothing. */
  async engines() {
    return [{ name: onlyEngine, usable: true, detail: 'plain JavaScript' }];
  },

  async start({ engine = onlyEngine }) {
    if (engine !== onlyEngine) {
      throw new ForgeError('ENGINE_UNUSABLE', `There is no engine "${engine}".`, {
        about: engine,
        hint: `There is one: --engine ${onlyEngine}.`,
      });
    }
    return {
      // Kept with every run: all that decides whether another machine computes the same bits.
      info: {
        backend: '{{name}}',
        engine: onlyEngine,
        device: 'cpu',
        versions: { node: process.versions.node },
        settings: {},
        warnings: [],
      },
      // What these imports mean in configs, wherever a config lies: this copy.
      modules: { '{{package}}': await import('./index.js') },
      // The types of arrays that it takes; Forge converts others, or refuses them by name.
      accepts: ['float32', 'float64', 'int32', 'uint8', 'bool'],
      async build({ load, sample, seed }) {
        return new Session(checkModel(await load()), sample, seed);
      },
      dispose() {},
    };
  },
};
