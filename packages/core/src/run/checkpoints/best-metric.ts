import { join } from 'node:path';
import { metricsOfCheckpoints } from '../../checkpoint/best-valid.js';
import { FileCheckpointStore } from '../../checkpoint/file-checkpoint-store.js';
import { parseKeep } from '../../checkpoint/policies/parse-keep.js';
import { ForgeError } from '../../errors/forge-error.js';
import {
  findDirection,
  type MetricAddress,
  nameOfMetric,
  namesOfMetrics,
  requireDirection,
} from '../../metrics/metric-address.js';
import type { Direction } from '../../metrics/metric-direction.js';
import { nearestName } from '../../text/flag-names.js';
import { readRunFlags } from '../record/flags-file.js';
import { readRunRecord } from '../record/read-run-record.js';
import type { RunRecord } from '../record/run-record.js';

const defaultMetric: MetricAddress = { split: 'valid', name: 'loss', direction: undefined };

/**
 * The metric to judge a run's checkpoints by, and which way it is better: as the address, the run, its `--keep` or the
 * name says.
 * @param asked default: the first metric that the run's `--keep` names, else `valid.loss`
 * @throws ForgeError METRIC_INVALID if the direction is unknown, or the run has no such metric; RUN_INVALID, FILE_SYSTEM
 */
export async function bestMetricOf(run: string, asked?: MetricAddress): Promise<[MetricAddress, Direction]> {
  const record = await readRunRecord(run);
  const { keep } = await readRunFlags(run);
  const kept = typeof keep?.value === 'string' ? parseKeep(keep.value).metrics : [];
  const metric = asked ?? kept[0] ?? defaultMetric;
  const name = nameOfMetric(metric);
  const known = record.directions[name] ?? kept.find((other) => nameOfMetric(other) === name)?.direction;
  const declared = known === undefined ? {} : { [metric.name]: known };
  if (findDirection(metric, declared) === undefined) await requireReported(run, record, name);
  return [metric, requireDirection(metric, declared, `best:${name}`)];
}

/** A misspelled name has no direction either. */
async function requireReported(run: string, { experiment, number, metrics }: RunRecord, name: string): Promise<void> {
  const saved = await metricsOfCheckpoints(new FileCheckpointStore(join(run, 'checkpoints')));
  const reported = [...new Set([...namesOfMetrics(metrics), ...saved])];
  if (reported.length === 0 || reported.includes(name)) return;
  const meant = nearestName(name, reported);
  throw new ForgeError('METRIC_INVALID', `best:${name}: ${experiment}/${number} has no metric ${name}.`, {
    about: name,
    hint: meant === undefined ? `It has ${reported.join(', ')}.` : `Did you mean best:${meant}?`,
  });
}
