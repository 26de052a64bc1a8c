import { latestValid, warnOfSkipped } from '../../checkpoint/latest-valid.js';
import type { CheckpointStore, LoadedCheckpoint } from '../../checkpoint/store/checkpoint-store.js';
import type { Services } from '../services/services.js';

/**
 * A checkpoint of a run, every checksum verified: that of a step, or the newest sound one, with a warning for each
 * damaged one that was stepped over.
 * @param store the run's; default: its plain files, which need no plugin
 * @throws ForgeError CHECKPOINT_NOT_FOUND, CHECKPOINT_CORRUPT
 */
export async function soundCheckpoint(
  services: Services,
  run: string,
  step: number | undefined,
  store: CheckpointStore = services.checkpoints(run),
): Promise<LoadedCheckpoint> {
  if (step !== undefined) return store.load(step);
  const newest = await latestValid(store, run);
  warnOfSkipped(newest, services.environment.warn);
  return newest;
}
