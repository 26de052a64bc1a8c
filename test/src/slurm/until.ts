import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something holds, at most two minutes. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 120_000; !(await holds()); await sleep(500)) {
    if (Date.now() > end) throw new Error(`${what} did not happen within two minutes.`);
  }
}
