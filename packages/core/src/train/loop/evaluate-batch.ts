import type { Stats, TrainSession } from '../../backend/backend.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { Batch } from '../../tensor/tensor-data.js';
import type { SplitPass } from './split-metrics.js';

/** What an evaluation needs of a session: `predict` only for metrics, if the engine reports no outputs. */
export type EvaluatedSession = Pick<TrainSession, 'evaluate'> & Partial<Pick<TrainSession, 'predict'>>;

/**
 * The stats of a batch, which is added to the metrics. An engine that reports no outputs with them computes the batch a
 * second time.
 */
export async function evaluateBatch(
  session: EvaluatedSession,
  batch: Batch,
  metrics: SplitPass | undefined,
): Promise<Stats> {
  if (metrics === undefined) return session.evaluate(batch);
  const { accumulators, reportsOutputs } = metrics;
  if (!reportsOutputs) {
    const stats = await session.evaluate(batch);
    accumulators.add(batch, await predicted(session, batch));
    return stats;
  }
  let outputs: Batch = {};
  const onOutputs = (reported: Batch) => {
    outputs = reported;
  };
  const stats = await session.evaluate(batch, { onOutputs });
  accumulators.add(batch, outputs);
  return stats;
}

/** Stats with metrics. @throws ForgeError METRIC_INVALID for a name in both */
export function withMetrics(stats: Stats, metrics: Stats | undefined): Stats {
  if (metrics === undefined) return stats;
  const twice = Object.keys(metrics).find((name) => Object.hasOwn(stats, name));
  if (twice === undefined) return { ...stats, ...metrics };
  throw new ForgeError('METRIC_INVALID', `The model reports ${twice} twice: in its stats and in its metrics.`, {
    about: twice,
    hint: 'Remove it from `stats`, or give it another name there.',
  });
}

async function predicted(session: EvaluatedSession, batch: Batch): Promise<Batch> {
  if (session.predict !== undefined) return session.predict(batch);
  throw new ForgeError('ABILITY_MISSING', 'The session can neither report its outputs nor predict.', {
    about: 'metrics',
    hint: 'Metrics over a whole split need the outputs: give the session a `predict`.',
  });
}
