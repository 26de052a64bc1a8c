import { bestValid } from '../../checkpoint/best-valid.js';
import { type CheckpointAddress, parseCheckpointAddress } from '../../checkpoint/checkpoint-address.js';
import { latestValid, warnOfSkipped } from '../../checkpoint/latest-valid.js';
import { parseKeep } from '../../checkpoint/policies/parse-keep.js';
import type { CheckpointStore, LoadedCheckpoint } from '../../checkpoint/store/checkpoint-store.js';
import { type MetricAddress, nameOfMetric, requireDirection } from '../../metrics/metric-address.js';
import type { Direction } from '../../metrics/metric-direction.js';
import { readRunFlags } from '../../run/record/flags-file.js';
import { readRunRecord } from '../../run/record/read-run-record.js';
import type { Services } from '../services/services.js';

const defaultMetric: MetricAddress = { split: 'valid', name: 'loss', direction: undefined };

/**
 * Loads the checkpoint of a run that an address names, every checksum verified. For `latest` and `best` corrupt ones are
 * skipped, with a warning for each; a step is loaded or is an error. `best` alone means the metric that the run's
 * `--keep` names, else `valid.loss`.
 * @param run the run's folder
 * @param store the run's. Default: its plain files, which need no plugin
 * @throws ForgeError USAGE, METRIC_INVALID, CHECKPOINT_NOT_FOUND, CHECKPOINT_CORRUPT
 */
export async function findCheckpoint(
  services: Services,
  run: string,
  address: CheckpointAddress = 'latest',
  store: CheckpointStore = services.checkpoints(run),
): Promise<LoadedCheckpoint> {
  const parsed = parseCheckpointAddress(address);
  if (parsed.kind === 'step') return store.load(parsed.step);
  const found =
    parsed.kind === 'latest'
      ? await latestValid(store, run)
      : await bestValid(store, run, ...(await metricOf(run, parsed.metric)));
  warnOfSkipped(found, services.environment.warn);
  return found;
}

/** The metric to judge by, and which way it is better: as the address, the run, its `--keep` or the name says. */
async function metricOf(run: string, asked: MetricAddress | undefined): Promise<[MetricAddress, Direction]> {
  const { directions } = await readRunRecord(run);
  const { keep } = await readRunFlags(run);
  const kept = typeof keep?.value === 'string' ? parseKeep(keep.value).metrics : [];
  const metric = asked ?? kept[0] ?? defaultMetric;
  const name = nameOfMetric(metric);
  const known = directions[name] ?? kept.find((other) => nameOfMetric(other) === name)?.direction;
  return [metric, requireDirection(metric, known === undefined ? {} : { [metric.name]: known }, `best:${name}`)];
}
