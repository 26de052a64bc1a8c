import { bestValid } from '../../checkpoint/best-valid.js';
import { type CheckpointAddress, parseCheckpointAddress } from '../../checkpoint/checkpoint-address.js';
import { latestValid, warnOfSkipped } from '../../checkpoint/latest-valid.js';
import type { CheckpointStore, LoadedCheckpoint } from '../../checkpoint/store/checkpoint-store.js';
import { bestMetricOf } from '../../run/checkpoints/best-metric.js';
import type { Services } from '../services/services.js';

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
      : await bestValid(store, run, ...(await bestMetricOf(run, parsed.metric)));
  warnOfSkipped(found, services.environment.warn);
  return found;
}
