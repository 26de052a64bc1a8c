import { type Backend, backendPort, ForgeError } from '@forge-ml/core/plugin';
import { checkModel } from './mlp.js';
import { Session } from './session.js';

/** The name for `--engine`. A backend may have several engines, such as one for a GPU. */
const onlyEngine = 'cpu';

export const backend: Backend = {
  port: backendPort,
  name: '{{name}}',

  /** For `forge backends`: whether each engine is usable, and if not, why. Starts none. */
  async engines() {
    return [{ name: onlyEngine, usable: true, detail: 'plain JavaScript' }];
  },

  async start({ engine = onlyEngine }) {
    if (engine !== onlyEngine) {
      throw new ForgeError('ENGINE_UNUSABLE', `There is no engine "${engine}".`, {
        about: engine,
        hint: `Available: ${onlyEngine}.`,
      });
    }
    return {
      // Stored with every run: everything that decides whether another machine computes the same bits.
      info: {
        backend: '{{name}}',
        engine: onlyEngine,
        device: 'cpu',
        versions: { node: process.versions.node },
        settings: {},
        warnings: [],
      },
      // Configs that import this package get this copy of it, wherever they are.
      modules: { '{{package}}': await import('./index.js') },
      // The dtypes of arrays that it accepts; Forge converts others, or rejects them by name.
      accepts: ['float32', 'float64', 'int32', 'uint8', 'bool'],
      async build({ load, sample, seed }) {
        return new Session(checkModel(await load()), sample, seed);
      },
      dispose() {},
    };
  },
};
