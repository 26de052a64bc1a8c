import { ForgeError, isForgeError, messageOf } from '../errors/forge-error.js';
import { systemCode } from '../fs/fs-error.js';
import { maxAttempts } from './store/checkpoint-folders.js';
import type { CheckpointStore, LoadedCheckpoint } from './store/checkpoint-store.js';

export interface SkippedCheckpoint {
  readonly step: number;
  readonly reason: string;
}

interface Skipping {
  /** Checkpoints that come first but could not be read, in the order they were tried. */
  readonly skipped: readonly SkippedCheckpoint[];
}

export interface LatestValid extends LoadedCheckpoint, Skipping {}

/** The steps to try, best first, and those that are skipped because they cannot even be ranked. */
export interface Ranked {
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
  const newestFirst = async () => ({ steps: [...(await store.steps())].reverse(), skipped: [], removed: false });
  return firstValid(run, newestFirst, (step) => store.load(step));
}

/**
 * Reads the first of the ranked checkpoints whose checksums all match.
 * @param rank called again where a checkpoint was removed meanwhile
 * @param read loads or checks a checkpoint
 */
export async function firstValid<T extends object>(
  run: string,
  rank: () => Promise<Ranked>,
  read: (step: number) => Promise<T>,
): Promise<T & Skipping> {
  let skipped: readonly SkippedCheckpoint[] = [];
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const found = await tryInOrder(await rank(), read);
    if (found.valid !== undefined) return { ...found.valid, skipped: found.skipped };
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
export function warnOfSkipped({ skipped }: Skipping, warn: (message: string) => void): void {
  for (const { step, reason } of skipped) warn(`Skipped corrupt checkpoint ${step}: ${reason}`);
}

async function tryInOrder<T>(
  ranked: Ranked,
  read: (step: number) => Promise<T>,
): Promise<Omit<Ranked, 'steps'> & { readonly valid?: T }> {
  const skipped = [...ranked.skipped];
  for (const step of ranked.steps) {
    try {
      return { valid: await read(step), skipped, removed: false };
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
