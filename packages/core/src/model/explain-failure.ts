import { isForgeError, messageOf } from '../errors/forge-error.js';
import { invalidModel } from './model-error.js';

/**
 * Runs the model's own code on a batch. An error of the engine or of JavaScript becomes one that names the batch's
 * arrays, and those the model asked for in vain.
 * @param describe what an array is, as in `float32[64, 10]`
 * @throws ForgeError MODEL_INVALID
 */
export function explainFailure<B extends Readonly<Record<string, unknown>>, T>(
  batch: B,
  describe: (name: keyof B & string) => string,
  run: (batch: B) => T,
): T {
  const missing = new Set<string>();
  const watched = new Proxy(batch, {
    get(target, key) {
      if (typeof key === 'string' && !Object.hasOwn(target, key)) missing.add(key);
      return Reflect.get(target, key);
    },
  });
  try {
    return run(watched);
  } catch (error) {
    if (isForgeError(error) && missing.size === 0) throw error;
    const arrays = Object.keys(batch).map((name) => `${name}: ${describe(name)}`);
    const given = arrays.length === 0 ? 'is empty' : `has ${arrays.join(', ')}`;
    const message = messageOf(error).split('\n')[0]!.replace(/\.$/, '');
    throw missing.size > 0
      ? invalidModel(
          `The model reads ${[...missing].join(', ')}, but the batch ${given}: ${message}.`,
          'Use the names the data config gives its arrays.',
          error,
        )
      : invalidModel(
          `The model cannot take the batch, which ${given}: ${message}.`,
          'Make the model fit the shapes and types of the data.',
          error,
        );
  }
}
