import type { DependencyContainer } from 'tsyringe';
import type { LoadedCheckpoint } from '../checkpoint/checkpoint-store.js';
import { newestSound } from '../checkpoint/newest-sound.js';
import { CHECKPOINTS, WORKPLACE } from './container.js';

/**
 * A checkpoint of a run, every checksum verified: that of a step, or the newest sound one, with a warning for each
 * damaged one that was stepped over.
 * @throws ForgeError CHECKPOINT_NOT_FOUND, CHECKPOINT_DAMAGED
 */
export async function soundCheckpoint(
  container: DependencyContainer,
  run: string,
  step: number | undefined,
): Promise<LoadedCheckpoint> {
  const store = container.resolve(CHECKPOINTS)(run);
  if (step !== undefined) return store.load(step);
  const { warn } = container.resolve(WORKPLACE);
  const { skipped, ...newest } = await newestSound(store);
  for (const other of skipped) warn(`Checkpoint ${other.step} is damaged and was stepped over: ${other.reason}`);
  return newest;
}
