import type { TrainSession } from '../../backend/backend.js';
import type { BatchDataset } from '../../data/dataset.js';
import { ForgeError, isForgeError, messageOf } from '../../errors/forge-error.js';
import { evaluateBatch, withMetrics } from '../../train/loop/evaluate-batch.js';
import type { SplitMetrics } from '../../train/loop/split-metrics.js';
import { firstBatch } from '../data/first-batch.js';

/**
 * Evaluates the first batch of a split before the first step: what cannot work is not to be found after a whole epoch, or
 * when the run has its folder. Changes nothing of the session's state.
 * @param path of the data config, for messages
 * @param metrics over a whole split, to compute besides
 * @returns the metrics it reports, which are those of training too
 * @throws ForgeError DATA_INVALID, or what the session says, naming the validation data
 */
export async function checkEvaluation(
  session: TrainSession,
  split: 'train' | 'valid',
  dataset: BatchDataset,
  path: string,
  metrics: SplitMetrics | undefined,
): Promise<readonly string[]> {
  const batch = await firstBatch(dataset, split, path);
  try {
    const pass = metrics?.ofSplit();
    const stats = withMetrics(await evaluateBatch(session, batch, pass), pass?.accumulators.stats);
    // Makes them, as an evaluation will.
    void pass?.accumulators.media;
    return Object.keys(stats);
  } catch (error) {
    throw new ForgeError(
      isForgeError(error) ? error.code : 'DATA_INVALID',
      `The ${split === 'valid' ? 'validation' : 'training'} data of ${path} cannot be evaluated: ${messageOf(error)}`,
      {
        about: split,
        hint: (isForgeError(error) ? error.hint : undefined) ?? `Give \`${split}\` the arrays that the model reads.`,
        cause: error,
      },
    );
  }
}
