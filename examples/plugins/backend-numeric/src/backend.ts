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

/** Networks in plain TypeScript, in float64: slow, exact, and the same bits on every machine of one kind. */
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
        hint: `There is one: --engine ${engineName}.`,
      });
    }
    return {
      info: {
        backend: this.name,
        engine: engineName,
        device: 'cpu',
        // Math.exp and its like are V8's: another version may round them otherwise.
        versions: { v8: process.versions.v8 },
        settings: {},
        warnings: [],
      },
      // A config that imports this package gets the copy that is running, wherever the config lies.
      modules: { 'forge-backend-numeric': await import('./index.js') },
      // All that JavaScript has arrays for; half precision becomes float32 before it gets here.
      accepts,
      async build({ load, sample, seed }) {
        return new NumericSession(checkModel(await load()), sample, seed);
      },
      dispose() {},
    };
  }
}
