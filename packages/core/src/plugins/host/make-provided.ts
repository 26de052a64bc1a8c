import { ForgeError, isForgeError, messageOf } from '../../errors/forge-error.js';
import { within } from '../../errors/time-limit.js';

/**
 * Calls a factory function of a plugin; an error names the plugin.
 * @param what `the metric sink mlflow of forge-mlflow 1.0.0`
 * @param limit time limit, ms
 * @throws ForgeError PLUGIN_INVALID, or the provider's own
 */
export async function makeProvided(what: string, make: () => unknown, limit: number): Promise<unknown> {
  const attempt = async () => make();
  try {
    return await within(limit, attempt(), () => new Error(`it did not finish within ${limit / 1000} s`));
  } catch (error) {
    if (isForgeError(error)) throw error;
    const message = `Failed to create ${what}: ${messageOf(error)}`;
    throw new ForgeError('PLUGIN_INVALID', message, { about: what, cause: error });
  }
}
