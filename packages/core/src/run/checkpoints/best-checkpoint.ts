import { join } from 'node:path';
import { rankBest } from '../../checkpoint/best-valid.js';
import { FileCheckpointStore } from '../../checkpoint/file-checkpoint-store.js';
import { firstValid, type SkippedCheckpoint } from '../../checkpoint/latest-valid.js';
import { ForgeError } from '../../errors/forge-error.js';
import { nameOfMetric, parseMetricAddress } from '../../metrics/metric-address.js';
import type { Direction } from '../../metrics/metric-direction.js';
import { bestMetricOf } from './best-metric.js';

/** The best checkpoint of a run: what the address `best` loads. */
export interface BestCheckpoint {
  readonly step: number;
  readonly path: string;
  /** `valid.loss` */
  readonly metric: string;
  readonly direction: Direction;
  readonly value: number;
  /** The step at which the value was measured; null if unknown. */
  readonly measuredAt: number | null;
  /** Better ones that are corrupt. */
  readonly skipped: readonly SkippedCheckpoint[];
}

/**
 * Finds the best checkpoint of a run whose checksums all match. Its files are read, but not kept in memory.
 * @param run its folder
 * @param metric an address: `valid.rmse`, `valid.score:max`. Default: the metric that the run's `--keep` names, else
 * `valid.loss`
 * @throws ForgeError USAGE for text that is no address; METRIC_INVALID, CHECKPOINT_NOT_FOUND, CHECKPOINT_CORRUPT
 */
export async function bestCheckpoint(run: string, metric?: string): Promise<BestCheckpoint> {
  const asked = metric === undefined ? undefined : parseMetricAddress(metric);
  if (metric !== undefined && asked === undefined) throw noAddress(metric);
  const [address, direction] = await bestMetricOf(run, asked);
  const folder = join(run, 'checkpoints');
  const store = new FileCheckpointStore(folder);
  const rank = () => rankBest(store, run, address, direction);
  const { info, skipped } = await firstValid(run, rank, async (step) => {
    await store.check(step);
    return { info: await store.info(step) };
  });
  const { step, metrics, metricSteps } = info;
  return {
    step,
    path: join(folder, String(step)),
    metric: nameOfMetric(address),
    direction,
    value: metrics[address.split]![address.name]!,
    measuredAt: metricSteps?.[address.split] ?? null,
    skipped,
  };
}

function noAddress(metric: string): ForgeError {
  return new ForgeError('USAGE', `"${metric}" is not a metric.`, {
    about: 'metric',
    hint: 'Write its split and name: valid.rmse, or valid.score:max.',
  });
}
