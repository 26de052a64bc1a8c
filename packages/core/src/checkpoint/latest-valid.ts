import { ForgeError, isForgeError, messageOf } from '../errors/forge-error.js';
import { systemCode } from '../fs/fs-error.js';
import { maxAttempts } from './store/checkpoint-folders.js';
import type { CheckpointStore, LoadedCheckpoint } from './store/checkpoint-store.js';

export interface SkippedCheckpoint {
  readonly step: number;
  readonly reason: string;
}

export interface LatestValid extends LoadedCheckpoint {
  /** Newer checkpoints that could not be loaded, newest first. */
  readonly skipped: readonly SkippedCheckpoint[];
}

/**
 * The newest checkpoint that loads with every checksum right, stepping over damaged ones.
 * @param run its folder, for messages
 * @throws ForgeError CHECKPOINT_NOT_FOUND when there is none at all, CHECKPOINT_CORRUPT when none is sound.
 */
export async function latestValid(store: CheckpointStore, run: string): Promise<LatestValid> {
  let skipped: readonly SkippedCheckpoint[] = [];
  for (let look = 0; look < maxAttempts; look++) {
    const found = await tryFromNewest(store);
    if ('state' in found) return found;
    ({ skipped } = found);
    // Whoever trains the run removes one when it has saved another: that other is there now.
    if (!found.removed) break;
  }
  const [newest] = skipped;
  if (newest === undefined) {
    throw new ForgeError('CHECKPOINT_NOT_FOUND', `${run} has no checkpoint.`, {
      about: run,
      hint: 'Resume it: it saves one as it goes on, and at its end.',
    });
  }
  const message = `None of the ${skipped.length} checkpoints in ${run} can be loaded; the newest, step ${newest.step}: ${newest.reason}`;
  throw new ForgeError('CHECKPOINT_CORRUPT', message, {
    about: run,
    hint: 'Put one back from a copy; forge runs verify RUN --deep says what is wrong with each.',
  });
}

/** Says which newer checkpoints were stepped over, and why. */
export function warnOfSkipped({ skipped }: LatestValid, warn: (message: string) => void): void {
  for (const { step, reason } of skipped) warn(`Checkpoint ${step} is damaged and was stepped over: ${reason}`);
}

interface NoValidCheckpoint {
  readonly skipped: readonly SkippedCheckpoint[];
  /** Whether one of them was removed after it had been listed. */
  readonly removed: boolean;
}

async function tryFromNewest(store: CheckpointStore): Promise<LatestValid | NoValidCheckpoint> {
  const skipped: SkippedCheckpoint[] = [];
  for (const step of [...(await store.steps())].reverse()) {
    try {
      return { ...(await store.load(step)), skipped };
    } catch (error) {
      if (isForgeError(error) && error.code === 'CHECKPOINT_NOT_FOUND') return { skipped, removed: true };
      if (!isCorruption(error)) throw error;
      skipped.push({ step, reason: messageOf(error) });
    }
  }
  return { skipped, removed: false };
}

/** What a person mends (permissions, memory, a newer Forge) is not damage: an older state must not slip in for it. */
function isCorruption(error: unknown): boolean {
  if (!isForgeError(error)) return false;
  if (error.code === 'FILE_SYSTEM') return systemCode(error) === 'EIO';
  return error.code === 'CHECKPOINT_CORRUPT';
}
