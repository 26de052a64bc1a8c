import {
  type Backend,
  backendPort,
  bytesPerElement,
  type DType,
  type Engine,
  type EngineStatus,
  ForgeError,
} from '@forge-ml/core/plugin';
import { checkModel } from './model.js';
import { NumericSession } from './session.js';

const engineName = 'float64';
const accepts = (Object.keys(bytesPerElement) as DType[]).filter((dtype) => !/^b?float16$/.test(dtype));

/** Networks in plain TypeScript, in float64: slow, exact and deterministic. */
export class NumericBackend implements Backend {
  readonly port = backendPort;
  readonly name = 'numeric';

  async engines(): Promise<readonly EngineStatus[]> {
    return [{ name: engineName, usable: true, detail: 'JavaScript numbers, one thread' }];
  }

  async start({ engine = engineName }: { readonly engine?: string | undefined }): Promise<Engine> {
    if (engine !== engineName) {
      throw new ForgeError('ENGINE_UNUSABLE', `The backend numeric has no engine "${engine}".`, {
        about: engine,
        hint: `Available: ${engineName}.`,
      });
    }
    return {
      info: {
        backend: this.name,
        engine: engineName,
        device: 'cpu',
        // Another version of V8 may round Math.exp differently.
        versions: { v8: process.versions.v8 },
        settings: {},
        warnings: [],
      },
      // Configs that import this package get this copy of it, wherever they are.
      modules: { 'forge-backend-numeric': await import('./index.js') },
      // All dtypes with a typed array; Forge converts half precision to float32.
      accepts,
      async build({ load, sample, seed }) {
        return new NumericSession(checkModel(await load()), sample, seed);
      },
      dispose() {},
    };
  }
}
