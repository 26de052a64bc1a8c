import fs from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { prepareCrash } from '../crash-at.js';

/**
 * Imported by each process of a sweep, before its program. The first one of the role that FORGE_TEST_CRASH names removes
 * the marker, and crashes at a file operation; one that follows it does not.
 */
export interface CrashOrder {
  readonly role: SweepRole;
  /** The number of the operation. */
  readonly at: number;
  /** A file that the victim renames to `<marker>.taken`, and copies to `<marker>.crashed` before it crashes. */
  readonly marker: string;
}

export type SweepRole = 'controller' | 'worker';

const order = process.env.FORGE_TEST_CRASH;
if (order !== undefined && isMainThread) {
  const { role, at, marker } = JSON.parse(order) as CrashOrder;
  const own: SweepRole = process.argv[2] === 'job' ? 'worker' : 'controller';
  if (own === role && claims(marker)) {
    const start = await prepareCrash(() => fs.copyFileSync(`${marker}.taken`, `${marker}.crashed`));
    start(at);
  }
}

function claims(marker: string): boolean {
  try {
    fs.renameSync(marker, `${marker}.taken`);
    return true;
  } catch {
    return false;
  }
}
