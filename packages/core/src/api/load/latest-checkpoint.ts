import type { DependencyContainer } from 'tsyringe';
import { latestValid, warnOfSkipped } from '../../checkpoint/latest-valid.js';
import type { LoadedCheckpoint } from '../../checkpoint/store/checkpoint-store.js';
import { CHECKPOINTS, ENVIRONMENT } from '../container/container.js';

/**
 * A checkpoint of a run, every checksum verified: that of a step, or the newest sound one, with a warning for each
 * damaged one that was stepped over.
 * @throws ForgeError CHECKPOINT_NOT_FOUND, CHECKPOINT_CORRUPT
 */
export async function soundCheckpoint(
  container: DependencyContainer,
  run: string,
  step: number | undefined,
): Promise<LoadedCheckpoint> {
  const store = container.resolve(CHECKPOINTS)(run);
  if (step !== undefined) return store.load(step);
  const newest = await latestValid(store, run);
  warnOfSkipped(newest, container.resolve(ENVIRONMENT).warn);
  return newest;
}
