import type { TrainSession } from '../../backend/backend.js';
import { latestValid, type SkippedCheckpoint, warnOfSkipped } from '../../checkpoint/latest-valid.js';
import type { CheckpointInfo, CheckpointStore } from '../../checkpoint/store/checkpoint-store.js';
import { isForgeError } from '../../errors/forge-error.js';

/**
 * Restores the latest valid checkpoint, with a warning for each corrupt one that was skipped.
 * @returns its manifest, and the skipped ones; null where the run has no checkpoint
 */
export async function restoreLatest(
  store: CheckpointStore,
  run: string,
  session: TrainSession,
  warn: (message: string) => void,
): Promise<{ readonly info: CheckpointInfo; readonly skipped: readonly SkippedCheckpoint[] } | null> {
  try {
    const latest = await latestValid(store, run);
    warnOfSkipped(latest, warn);
    await session.restore(latest.state);
    return latest;
  } catch (error) {
    if (isForgeError(error) && error.code === 'CHECKPOINT_NOT_FOUND') return null;
    throw error;
  }
}
