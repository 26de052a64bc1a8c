import type { Stats, TrainSession } from '../backend/backend.js';
import { batchSizeOf } from '../backend/tensor-data.js';
import type { BatchDataset } from '../data/dataset.js';
import { ForgeError } from '../errors/forge-error.js';

/** Stats averaged over one pass of a dataset, each batch counting by its size. @throws ForgeError DATA_INVALID where there is none */
export async function evaluate(session: TrainSession, dataset: BatchDataset): Promise<Stats> {
  const sums = new Map<string, number>();
  let examples = 0;
  const batches = dataset.read({ epoch: 0, skip: 0 });
  for (let next = await batches.next(); !next.done; next = await batches.next()) {
    const size = batchSizeOf(next.value);
    const stats = await session.evaluate(next.value);
    for (const [name, value] of Object.entries(stats)) sums.set(name, (sums.get(name) ?? 0) + value * size);
    examples += size;
    // Evaluating is work of the same kind as training: signals and timers must get their turn here too.
    await new Promise(setImmediate);
  }
  if (sums.size === 0) {
    throw new ForgeError('DATA_INVALID', 'The data to evaluate on is empty.', {
      about: 'data',
      hint: 'Check the dataset that the data config returns; a batch larger than the data with dropRemainder leaves none.',
    });
  }
  return Object.fromEntries([...sums].map(([name, sum]) => [name, sum / examples]));
}
