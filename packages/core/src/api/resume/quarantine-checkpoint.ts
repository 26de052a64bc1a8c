import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SkippedCheckpoint } from '../../checkpoint/latest-valid.js';
import { damage } from '../../verify/problem.js';
import { quarantine } from '../../verify/quarantine.js';

/**
 * Moves checkpoints that a resume skipped to the run's quarantine: training will save their steps again, and a file that
 * a failing disk cannot read now may be readable later.
 * @throws ForgeError FILE_SYSTEM
 */
export async function quarantineCheckpoints(
  run: string,
  skipped: readonly SkippedCheckpoint[],
  warn: (message: string) => void,
): Promise<void> {
  const corrupt = skipped.map(({ step, reason }) => damage('altered', `checkpoints/${step}`, reason));
  const moved = await quarantine(
    run,
    corrupt.filter(({ path }) => existsSync(join(run, path))),
  );
  for (const { from, to } of moved) warn(`${from} was moved to ${to} in ${run}.`);
}
