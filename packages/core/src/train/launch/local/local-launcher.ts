import type { JobLauncher } from '../job-launcher.js';
import type { Launcher } from '../launcher.js';
import { launchProcess } from './launch-process.js';
import { LocalPool } from './local-pool.js';

/**
 * The launcher `local`: single processes, and a pool for the jobs of a sweep.
 * @param settings.workers how many jobs run at once. Default: 1.
 */
export function localLauncher({ workers = 1 }: { readonly workers?: number }): Launcher & JobLauncher {
  return Object.assign(new LocalPool(workers), { launch: launchProcess });
}
