import { setTimeout as delay } from 'node:timers/promises';
import { isForgeError } from '../../errors/forge-error.js';

export interface Retries {
  /** How long to wait before each further try, ms. */
  readonly delays: readonly number[];
  /** Told at once of each failure that is followed by another try. */
  warn(message: string): void;
}

/** Before a checkpoint is given up: a disk may be cleared, a mount may come back, but a training must not hang. */
export const saveDelays = [1_000, 5_000];

/**
 * Does what the file system may refuse, and does it again where it has.
 * @throws what the last try has failed with; anything but FILE_SYSTEM at once
 */
export async function withRetries<T>(work: () => Promise<T>, { delays, warn }: Retries): Promise<T> {
  for (const wait of delays) {
    try {
      return await work();
    } catch (error) {
      if (!isForgeError(error) || error.code !== 'FILE_SYSTEM') throw error;
      warn(`${error.message} Trying again in ${wait / 1000} s.`);
      await delay(wait);
    }
  }
  return work();
}
