import type { TrainSession } from '../../backend/backend.js';
import { latestValid, type SkippedCheckpoint, warnOfSkipped } from '../../checkpoint/latest-valid.js';
import type { CheckpointInfo, CheckpointStore } from '../../checkpoint/store/checkpoint-store.js';
import { isForgeError } from '../../errors/forge-error.js';

/**
 * Restores the newest sound checkpoint, saying which damaged ones were stepped over.
 * @returns what it says of itself, and those stepped over; null where the run had not saved any yet
 */
export async function restoreNewest(
  store: CheckpointStore,
  run: string,
  session: TrainSession,
  warn: (message: string) => void,
): Promise<{ readonly info: CheckpointInfo; readonly skipped: readonly SkippedCheckpoint[] } | null> {
  try {
    const newest = await latestValid(store, run);
    warnOfSkipped(newest, warn);
    await session.restore(newest.state);
    return newest;
  } catch (error) {
    if (isForgeError(error) && error.code === 'CHECKPOINT_NOT_FOUND') return null;
    throw error;
  }
}
