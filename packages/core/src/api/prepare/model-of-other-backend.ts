import { ForgeError, isForgeError } from '../../errors/forge-error.js';
import { shellWord } from '../../text/shell-word.js';
import type { Services } from '../services/services.js';
import type { PreparedRun } from './prepared-run.js';

/**
 * Builds a model; where that fails and the configs import the package of another backend than the one that runs, says
 * so: a model of another engine's values fails deep in the engine, with a message that does not say why.
 * @throws ForgeError MODEL_INVALID naming the backend the model is for; what `build` throws otherwise
 */
export async function nameOtherBackend<T>(
  services: Services,
  { code, backend, model }: Pick<PreparedRun, 'code' | 'backend' | 'model'>,
  build: () => Promise<T>,
): Promise<T> {
  try {
    return await build();
  } catch (error) {
    if (isForgeError(error) && error.code.startsWith('DATA_')) throw error;
    const imported = new Set(code?.manifest.packages.map(({ name }) => name));
    const sources = await services.backends.list();
    const other = sources.find(({ plugin }) => {
      return plugin.package !== backend.plugin.package && imported.has(plugin.package);
    });
    if (other === undefined) throw error;
    const message = `The model of ${model.path} is for the backend ${other.name}: its code imports ${other.plugin.package}. The run uses ${backend.name}.`;
    throw new ForgeError('MODEL_INVALID', message, {
      about: model.path,
      hint: `Train it with --backend ${shellWord(other.name)}.`,
      cause: error,
    });
  }
}
