import { checkOptions } from '../../../errors/check-options.js';
import type { JobLauncher } from '../job-launcher.js';
import type { Launcher } from '../launcher.js';
import { launchProcess } from './launch-process.js';
import { LocalPool } from './local-pool.js';

export interface LocalLauncherOptions {
  /** How many jobs run at once. Default: 1. */
  readonly workers?: number;
}

/** The launcher `local`: single processes, and a pool for the jobs of a sweep. */
export function localLauncher(options: LocalLauncherOptions): Launcher & JobLauncher {
  checkOptions(options, ['workers'], { of: 'localLauncher(options)' });
  const { workers = 1 } = options;
  return Object.assign(new LocalPool(workers), { launch: launchProcess });
}
