import type { Stats } from '../../backend/backend.js';
import type { BatchDataset } from '../../data/dataset.js';
import { checkOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';
import { batchSizeOf } from '../../tensor/tensor-data.js';
import { isStopRequested, neverStop, type StopRequest, throwIfStopped, unlessStopped } from '../stop/stop-request.js';
import { type EvaluatedSession, evaluateBatch, withMetrics } from './evaluate-batch.js';
import type { SplitPass } from './split-metrics.js';

export interface EvaluateOptions {
  /** Checked between batches and while one is read. */
  readonly stop?: StopRequest | undefined;
  /** Metrics over the whole split to compute besides. */
  readonly metrics?: SplitPass | undefined;
}

/**
 * Stats averaged over one pass of a dataset, each batch counting by its size; and the metrics over all of it.
 * @throws ForgeError DATA_INVALID for an empty dataset; METRIC_INVALID; STOPPED where a stop is requested
 */
export async function evaluate(
  session: EvaluatedSession,
  dataset: BatchDataset,
  options: EvaluateOptions = {},
): Promise<Stats> {
  checkOptions(options, ['stop', 'metrics'], { of: 'evaluate(session, dataset, options)' });
  const { stop = neverStop, metrics } = options;
  const sums = new Map<string, number>();
  let examples = 0;
  const batches = dataset.read({ epoch: 0, skip: 0 });
  const read = async () => batches.next();
  try {
    for (let next = await unlessStopped(stop, read()); !next.done; next = await unlessStopped(stop, read())) {
      const size = batchSizeOf(next.value);
      const stats = await evaluateBatch(session, next.value, metrics);
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
  return withMetrics(
    Object.fromEntries([...sums].map(([name, sum]) => [name, sum / examples])),
    metrics?.accumulators.stats,
  );
}

/** Closes a reader. After a stop it may still be waiting for an element; this does not wait for that. */
export async function releaseReader(reader: { return?(): unknown }, stop: StopRequest): Promise<void> {
  const released = (async () => reader.return?.())();
  if (isStopRequested(stop)) released.catch(() => undefined);
  else await released;
}
