import { parseKeep } from '../../checkpoint/policies/parse-keep.js';
import { type MetricAddress, nameOfMetric, requireDirection } from '../../metrics/metric-address.js';
import type { Direction } from '../../metrics/metric-direction.js';
import { readRunFlags } from '../record/flags-file.js';
import { readRunRecord } from '../record/read-run-record.js';

const defaultMetric: MetricAddress = { split: 'valid', name: 'loss', direction: undefined };

/**
 * The metric to judge a run's checkpoints by, and which way it is better: as the address, the run, its `--keep` or the
 * name says.
 * @param asked default: the first metric that the run's `--keep` names, else `valid.loss`
 * @throws ForgeError METRIC_INVALID if the direction is unknown; RUN_INVALID, FILE_SYSTEM
 */
export async function bestMetricOf(run: string, asked?: MetricAddress): Promise<[MetricAddress, Direction]> {
  const { directions } = await readRunRecord(run);
  const { keep } = await readRunFlags(run);
  const kept = typeof keep?.value === 'string' ? parseKeep(keep.value).metrics : [];
  const metric = asked ?? kept[0] ?? defaultMetric;
  const name = nameOfMetric(metric);
  const known = directions[name] ?? kept.find((other) => nameOfMetric(other) === name)?.direction;
  return [metric, requireDirection(metric, known === undefined ? {} : { [metric.name]: known }, `best:${name}`)];
}
