import type { TrainSession } from '../backend/backend.js';
import type { CheckpointInfo, CheckpointStore } from '../checkpoint/checkpoint-store.js';
import { newestSound } from '../checkpoint/newest-sound.js';
import { isForgeError } from '../errors/forge-error.js';

/**
 * Restores the newest sound checkpoint, saying which damaged ones were stepped over.
 * @returns what it says of itself; null where the run had not saved any yet
 */
export async function restoreNewest(
  store: CheckpointStore,
  session: TrainSession,
  warn: (message: string) => void,
): Promise<CheckpointInfo | null> {
  try {
    const { state, info, skipped } = await newestSound(store);
    for (const { step, reason } of skipped) warn(`Checkpoint ${step} is damaged and was stepped over: ${reason}`);
    await session.restore(state);
    return info;
  } catch (error) {
    if (isForgeError(error) && error.code === 'CHECKPOINT_NOT_FOUND') return null;
    throw error;
  }
}
