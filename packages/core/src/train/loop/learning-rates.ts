import type { Stats } from '../../backend/backend.js';
import { copyNumbers } from '../../metrics/copy-numbers.js';
import { learningRateName as metric } from '../../metrics/learning-rate.js';
import type { LoopSession } from './loop-request.js';

/**
 * The numbers of an update with its learning rate: `learningRate`, or `learningRate.<name>` of each of several
 * optimizers; nothing more where the session does not know it. A number that the model reports by that name stays.
 * @param step updates done before
 */
export function withLearningRates(stats: Stats, session: Pick<LoopSession, 'learningRate'>, step: number): Stats {
  const rate = session.learningRate?.(step);
  if (rate === undefined) return stats;
  // Last in order, so that the loss stays first.
  const numbers = copyNumbers(stats);
  if (typeof rate === 'number') numbers[metric] ??= rate;
  else for (const name in rate) numbers[`${metric}.${name}`] ??= rate[name]!;
  return numbers;
}
