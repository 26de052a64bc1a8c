import { setTimeout as delay } from 'node:timers/promises';
import { isForgeError } from '../../errors/forge-error.js';

export interface Retries {
  /** How long to wait before each retry, ms. */
  readonly delays: readonly number[];
  /** Called immediately for each failure that is followed by a retry. */
  warn(message: string): void;
}

/** Delays for saving a checkpoint: a full disk or a lost mount may recover, but training must not hang. */
export const saveDelays = [1_000, 5_000];

/**
 * Retries work that fails with FILE_SYSTEM.
 * @throws the error of the last attempt; any other error immediately
 */
export async function withRetries<T>(work: () => Promise<T>, { delays, warn }: Retries): Promise<T> {
  for (const wait of delays) {
    try {
      return await work();
    } catch (error) {
      if (!isForgeError(error) || error.code !== 'FILE_SYSTEM') throw error;
      warn(`${error.message} Retrying in ${wait / 1000} s.`);
      await delay(wait);
    }
  }
  return work();
}
