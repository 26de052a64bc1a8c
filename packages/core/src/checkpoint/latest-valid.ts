import { ForgeError, isForgeError, messageOf } from '../errors/forge-error.js';
import { systemCode } from '../fs/fs-error.js';
import { maxAttempts } from './store/checkpoint-folders.js';
import type { CheckpointStore, LoadedCheckpoint } from './store/checkpoint-store.js';

export interface SkippedCheckpoint {
  readonly step: number;
  readonly reason: string;
}

export interface LatestValid extends LoadedCheckpoint {
  /** Checkpoints that come first but could not be loaded, in the order they were tried. */
  readonly skipped: readonly SkippedCheckpoint[];
}

/** The steps to try, best first, and those that are skipped because they cannot even be ranked. */
interface Ranked {
  readonly steps: readonly number[];
  readonly skipped: readonly SkippedCheckpoint[];
  /** Whether one of them was removed after it had been listed. */
  readonly removed: boolean;
}

/**
 * Loads the newest checkpoint whose checksums all match, skipping corrupt ones.
 * @param run its folder, for messages
 * @throws ForgeError CHECKPOINT_NOT_FOUND when there is none at all, CHECKPOINT_CORRUPT when none is valid.
 */
export function latestValid(store: CheckpointStore, run: string): Promise<LatestValid> {
  return firstValid(store, run, async () => {
    return { steps: [...(await store.steps())].reverse(), skipped: [], removed: false };
  });
}

/**
 * Loads the first of the ranked checkpoints whose checksums all match.
 * @param rank called again where a checkpoint was removed meanwhile
 */
export async function firstValid(
  store: CheckpointStore,
  run: string,
  rank: () => Promise<Ranked>,
): Promise<LatestValid> {
  let skipped: readonly SkippedCheckpoint[] = [];
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const found = await tryInOrder(store, await rank());
    if ('state' in found) return found;
    ({ skipped } = found);
    // A training process removes a checkpoint only after it has saved another one, so try again.
    if (!found.removed) break;
  }
  const [newest] = skipped;
  if (newest === undefined) {
    throw new ForgeError('CHECKPOINT_NOT_FOUND', `${run} has no checkpoint.`, {
      about: run,
      hint: 'Resume the run: it saves checkpoints while it trains and when it ends.',
    });
  }
  const message = `None of the ${skipped.length} checkpoints in ${run} can be loaded; the newest, step ${newest.step}: ${newest.reason}`;
  throw new ForgeError('CHECKPOINT_CORRUPT', message, {
    about: run,
    hint: 'Restore one from a backup. To see what is wrong with each, run forge runs verify RUN --deep.',
  });
}

/** Warns which checkpoints were skipped, and why. */
export function warnOfSkipped({ skipped }: LatestValid, warn: (message: string) => void): void {
  for (const { step, reason } of skipped) warn(`Skipped corrupt checkpoint ${step}: ${reason}`);
}

async function tryInOrder(store: CheckpointStore, ranked: Ranked): Promise<LatestValid | Omit<Ranked, 'steps'>> {
  const skipped = [...ranked.skipped];
  for (const step of ranked.steps) {
    try {
      return { ...(await store.load(step)), skipped };
    } catch (error) {
      if (isForgeError(error) && error.code === 'CHECKPOINT_NOT_FOUND') return { skipped, removed: true };
      if (!isCorruption(error)) throw error;
      skipped.push({ step, reason: messageOf(error) });
    }
  }
  return { skipped, removed: ranked.removed };
}

/** Errors a user can fix (permissions, memory, an older Forge) are not corruption: they must not load an older state. */
export function isCorruption(error: unknown): boolean {
  if (!isForgeError(error)) return false;
  if (error.code === 'FILE_SYSTEM') return systemCode(error) === 'EIO';
  return error.code === 'CHECKPOINT_CORRUPT';
}
