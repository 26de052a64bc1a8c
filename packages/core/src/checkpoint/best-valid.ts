import { ForgeError, isForgeError, messageOf } from '../errors/forge-error.js';
import { type MetricAddress, nameOfMetric, namesOfMetrics } from '../metrics/metric-address.js';
import type { Direction } from '../metrics/metric-direction.js';
import { nearestName } from '../text/flag-names.js';
import { firstValid, isCorruption, type LatestValid, type Ranked, type SkippedCheckpoint } from './latest-valid.js';
import { rankByMetric } from './policies/rank-by-metric.js';
import type { CheckpointInfo, CheckpointStore } from './store/checkpoint-store.js';

/**
 * Loads the checkpoint with the best value of a metric, skipping corrupt ones: see `rankByMetric`. NaN is never best.
 * @param run its folder, for messages
 * @throws ForgeError METRIC_INVALID where no checkpoint has a value of the metric; as `latestValid`
 */
export function bestValid(
  store: CheckpointStore,
  run: string,
  metric: MetricAddress,
  direction: Direction,
): Promise<LatestValid> {
  return firstValid(
    run,
    () => rankBest(store, run, metric, direction),
    (step) => store.load(step),
  );
}

/** The steps with a value of the metric, best first. @throws ForgeError METRIC_INVALID if there are checkpoints, but none has one */
export async function rankBest(
  store: CheckpointStore,
  run: string,
  metric: MetricAddress,
  direction: Direction,
): Promise<Ranked> {
  const { infos, ...others } = await readInfos(store);
  const steps = rankByMetric(infos, metric, direction);
  if (steps.length === 0 && infos.length > 0) throw noValue(run, metric, infos);
  return { steps, ...others };
}

/** The names of the metrics that checkpoints have: `valid.loss`. */
export async function metricsOfCheckpoints(store: CheckpointStore): Promise<string[]> {
  const { infos } = await readInfos(store);
  return [...new Set(infos.flatMap(({ metrics }) => namesOfMetrics(metrics)))];
}

async function readInfos(store: CheckpointStore) {
  const infos: CheckpointInfo[] = [];
  const skipped: SkippedCheckpoint[] = [];
  let removed = false;
  for (const step of await store.steps()) {
    try {
      infos.push(await store.info(step));
    } catch (error) {
      if (isForgeError(error) && error.code === 'CHECKPOINT_NOT_FOUND') removed = true;
      else if (isCorruption(error)) skipped.push({ step, reason: messageOf(error) });
      else throw error;
    }
  }
  return { infos, skipped, removed };
}

function noValue(run: string, metric: MetricAddress, infos: readonly CheckpointInfo[]): ForgeError {
  const name = nameOfMetric(metric);
  const there = new Set(infos.flatMap(({ metrics }) => namesOfMetrics(metrics)));
  const message = there.has(name)
    ? `${name} is NaN in every checkpoint of ${run}.`
    : `No checkpoint of ${run} has ${name}.`;
  const others = [...there].filter((other) => other !== name);
  const meant = there.has(name) ? undefined : nearestName(name, others);
  return new ForgeError('METRIC_INVALID', message, {
    about: name,
    hint: `${meant === undefined ? '' : `Did you mean best:${meant}? Otherwise: `}Use latest, a step${others.length === 0 ? '' : `, or best: with one of ${others.join(', ')}`}.`,
  });
}
