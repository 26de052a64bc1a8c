import type { Stats, TrainSession } from '../../backend/backend.js';
import type { BatchDataset } from '../../data/dataset.js';
import { ForgeError } from '../../errors/forge-error.js';
import { batchSizeOf } from '../../tensor/tensor-data.js';
import { isStopRequested, type StopRequest, throwIfStopped, unlessStopped } from '../stop/stop-request.js';

/**
 * Evaluates a dataset once and averages the metrics, weighted by batch size.
 * @param stop checked between batches and while one is read
 * @throws ForgeError DATA_INVALID if the dataset is empty; STOPPED if a stop is requested
 */
export async function evaluate(
  session: TrainSession,
  dataset: BatchDataset,
  stop: StopRequest = { signal: undefined },
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
      // Yields to the event loop, so that signals and timers are handled during an evaluation too.
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

/** Releases a reader. After a stop it may still be waiting for an element, so this does not wait for it. */
export async function releaseReader(reader: { return?(): unknown }, stop: StopRequest): Promise<void> {
  const released = (async () => reader.return?.())();
  if (isStopRequested(stop)) released.catch(() => undefined);
  else await released;
}
