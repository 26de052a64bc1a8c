import type { Stats, TrainSession } from '../../backend/backend.js';
import type { BatchDataset } from '../../data/dataset.js';
import { ForgeError } from '../../errors/forge-error.js';
import { batchSizeOf } from '../../tensor/tensor-data.js';
import { isStopRequested, neverStop, type StopRequest, throwIfStopped, unlessStopped } from '../stop/stop-request.js';

/**
 * Stats averaged over one pass of a dataset, each batch counting by its size.
 * @param stop checked between batches and while one is read
 * @throws ForgeError DATA_INVALID for an empty dataset; STOPPED where a stop is requested
 */
export async function evaluate(
  session: Pick<TrainSession, 'evaluate'>,
  dataset: BatchDataset,
  stop: StopRequest = neverStop,
): Promise<Stats> {
  const sums = new Map<string, number>();
  let examples = 0;
  const batches = dataset.read({ epoch: 0, skip: 0 });
  const read = async () => batches.next();
  try {
    for (let next = await unlessStopped(stop, read()); !next.done; next = await unlessStopped(stop, read())) {
      const size = batchSizeOf(next.value);
      const stats = await session.evaluate(next.value);
      for (const [name, value] of Object.entries(stats)) sums.set(name, (sums.get(name) ?? 0) + value * size);
      examples += size;
      // Lets signals and timers run between batches.
      await new Promise(setImmediate);
      throwIfStopped(stop);
    }
  } catch (error) {
    await releaseReader(batches, stop);
    throw error;
  }
  if (sums.size === 0) {
    throw new ForgeError('DATA_INVALID', 'The data to evaluate on is empty.', {
      about: 'data',
      hint: 'Check the dataset that the data config returns; a batch larger than the data with dropRemainder leaves none.',
    });
  }
  return Object.fromEntries([...sums].map(([name, sum]) => [name, sum / examples]));
}

/** Closes a reader. After a stop it may still be waiting for an element; this does not wait for that. */
export async function releaseReader(reader: { return?(): unknown }, stop: StopRequest): Promise<void> {
  const released = (async () => reader.return?.())();
  if (isStopRequested(stop)) released.catch(() => undefined);
  else await released;
}
