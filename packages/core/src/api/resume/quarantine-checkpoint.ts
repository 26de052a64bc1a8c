import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SkippedCheckpoint } from '../../checkpoint/latest-valid.js';
import { damage } from '../../verify/problem.js';
import { quarantine } from '../../verify/quarantine.js';

/**
 * Moves checkpoints that a resume stepped over to the run's quarantine: training will come past their steps, and what
 * could not be read today, off a failing disk, may be read tomorrow.
 * @throws ForgeError FILE_SYSTEM
 */
export async function quarantineCheckpoints(
  run: string,
  skipped: readonly SkippedCheckpoint[],
  warn: (message: string) => void,
): Promise<void> {
  const damaged = skipped.map(({ step, reason }) => damage('altered', `checkpoints/${step}`, reason));
  const moved = await quarantine(
    run,
    damaged.filter(({ path }) => existsSync(join(run, path))),
  );
  for (const { from, to } of moved) warn(`${from} was moved to ${to} in ${run}.`);
}
