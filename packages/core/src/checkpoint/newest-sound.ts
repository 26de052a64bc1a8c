import { ForgeError, isForgeError, messageOf } from '../errors/forge-error.js';
import { systemCode } from '../files/file-error.js';
import type { CheckpointStore, LoadedCheckpoint } from './checkpoint-store.js';

export interface Skipped {
  readonly step: number;
  readonly reason: string;
}

export interface NewestSound extends LoadedCheckpoint {
  /** Newer checkpoints that could not be loaded, newest first. */
  readonly skipped: readonly Skipped[];
}

/**
 * The newest checkpoint that loads with every checksum right, stepping over damaged ones.
 * @param run its folder, for messages
 * @throws ForgeError CHECKPOINT_NOT_FOUND when there is none at all, CHECKPOINT_DAMAGED when none is sound.
 */
export async function newestSound(store: CheckpointStore, run: string): Promise<NewestSound> {
  const skipped: Skipped[] = [];
  for (const step of [...(await store.steps())].reverse()) {
    try {
      return { ...(await store.load(step)), skipped };
    } catch (error) {
      if (!isDamage(error)) throw error;
      skipped.push({ step, reason: messageOf(error) });
    }
  }
  const [newest] = skipped;
  if (newest === undefined) {
    throw new ForgeError('CHECKPOINT_NOT_FOUND', `${run} has no checkpoint.`, {
      about: run,
      hint: 'Resume it: it saves one as it goes on, and at its end.',
    });
  }
  const message = `None of the ${skipped.length} checkpoints in ${run} can be loaded; the newest, step ${newest.step}: ${newest.reason}`;
  throw new ForgeError('CHECKPOINT_DAMAGED', message, {
    about: run,
    hint: 'Put one back from a copy; forge runs verify RUN --deep says what is wrong with each.',
  });
}

/** Says which newer checkpoints were stepped over, and why. */
export function warnOfSkipped({ skipped }: NewestSound, warn: (message: string) => void): void {
  for (const { step, reason } of skipped) warn(`Checkpoint ${step} is damaged and was stepped over: ${reason}`);
}

/** What a person mends (permissions, memory, a newer Forge) is not damage: an older state must not slip in for it. */
function isDamage(error: unknown): boolean {
  if (!isForgeError(error)) return false;
  if (error.code === 'FILE_SYSTEM') return systemCode(error) === 'EIO';
  return error.code === 'CHECKPOINT_DAMAGED' || error.code === 'CHECKPOINT_NOT_FOUND';
}
