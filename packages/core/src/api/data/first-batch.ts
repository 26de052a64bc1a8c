import type { BatchDataset } from '../../data/dataset.js';
import { ForgeError, isForgeError, messageOf } from '../../errors/forge-error.js';
import { isObject } from '../../json/is-object.js';
import type { Batch } from '../../tensor/tensor-data.js';

const words = { train: 'training', valid: 'validation' } as const;

/**
 * The first batch of a split.
 * @param path of the data config, for messages
 * @throws ForgeError DATA_INVALID where there is none, or it is no batch
 */
export async function firstBatch(dataset: BatchDataset, split: keyof typeof words, path: string): Promise<Batch> {
  const what = `The ${words[split]} data of ${path}`;
  const first = await readFirst(dataset, what, split);
  if (first.done) {
    throw new ForgeError('DATA_INVALID', `${what} is empty.`, {
      about: split,
      hint: `Check what it returns as \`${split}\`; a batch larger than the data with dropRemainder leaves none.`,
    });
  }
  const notATensor = Object.entries(first.value).find(
    ([, value]) => !isObject(value) || !('bytes' in value) || value.shape.length === 0,
  );
  if (notATensor !== undefined) {
    throw new ForgeError('DATA_INVALID', `${what} is not batched: "${notATensor[0]}" is no array of a batch.`, {
      about: notATensor[0],
      hint: 'End the dataset with .batch(size).',
    });
  }
  return first.value;
}

async function readFirst(dataset: BatchDataset, what: string, split: string) {
  const batches = dataset.read({ epoch: 0, skip: 0 });
  try {
    return await batches.next();
  } catch (error) {
    // An error of the training data is reported when it is read again.
    if (split === 'train') throw error;
    const hint = isForgeError(error) ? error.hint : undefined;
    throw new ForgeError('DATA_INVALID', `${what} cannot be read: ${messageOf(error)}`, {
      about: split,
      cause: error,
      ...(hint === undefined ? {} : { hint }),
    });
  } finally {
    await batches.return?.();
  }
}
