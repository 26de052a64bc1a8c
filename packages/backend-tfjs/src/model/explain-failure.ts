import { type Batch, describeTensor, isForgeError, messageOf } from '@forge-ml/core/plugin';
import { invalid } from './check-model.js';
import type { TfjsBatch } from './tfjs-model.js';

/**
 * Runs the model's own code on a batch. An error of the engine or of JavaScript becomes one that names the batch's
 * arrays, and those the model asked for in vain.
 * @throws ForgeError MODEL_INVALID.
 */
export function explainFailure<T>(batch: Batch, tensors: TfjsBatch, run: (batch: TfjsBatch) => T): T {
  const missing = new Set<string>();
  const watched = new Proxy(tensors, {
    get(target, key) {
      if (typeof key === 'string' && !(key in target)) missing.add(key);
      return Reflect.get(target, key);
    },
  });
  try {
    return run(watched);
  } catch (error) {
    if (isForgeError(error) && missing.size === 0) throw error;
    const arrays = Object.entries(batch).map(([name, tensor]) => `${name}: ${describeTensor(tensor)}`);
    const given = arrays.length === 0 ? 'is empty' : `has ${arrays.join(', ')}`;
    const message = messageOf(error).split('\n')[0]!.replace(/\.$/, '');
    throw missing.size > 0
      ? invalid(
          `The model reads ${[...missing].join(', ')}, but the batch ${given}: ${message}.`,
          'Use the names the data config gives its arrays.',
          error,
        )
      : invalid(
          `The model cannot take the batch, which ${given}: ${message}.`,
          'Make the model fit the shapes and types of the data.',
          error,
        );
  }
}
