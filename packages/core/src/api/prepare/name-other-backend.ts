import { ForgeError, isForgeError } from '../../errors/forge-error.js';
import { shellWord } from '../../text/shell-word.js';
import type { Services } from '../services/services.js';
import type { PreparedRun } from './prepared-run.js';

/**
 * Builds a model. If that fails and the configs import another backend's package, the error names that backend: the
 * engine's own message would not explain the failure.
 * @throws ForgeError MODEL_INVALID naming the model's backend; otherwise the error of `build`
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
