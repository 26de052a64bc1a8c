import { checkOptions } from '../../errors/check-options.js';
import type { JobLauncher } from '../../train/launch/job-launcher.js';

export interface LauncherConformanceOptions {
  /** The launcher's name, for the tests' titles. */
  readonly name: string;
  /** Makes a launcher, as the plugin does; a second one asks for the jobs of the first, as another process would. */
  open(): JobLauncher | Promise<JobLauncher>;
  /** The folder that all machines share, in which each test has one of its own. Default: the system's temporary one. */
  readonly folder?: string;
  /** The time until a queued job runs, or has stopped, at the latest, s. Default: 20. */
  readonly seconds?: number;
  /** Whether both streams of a job's output end in one. Default: false. */
  readonly mergesOutput?: boolean;
}

/**
 * @throws ForgeError OPTION_UNKNOWN for an option that does not exist
 * @throws TypeError for one that is missing
 */
export function checkLauncherConformanceOptions(options: LauncherConformanceOptions): void {
  const names = ['name', 'open', 'folder', 'seconds', 'mergesOutput'];
  checkOptions(options, names, { of: 'describeLauncherConformance(options)' });
  const missing = (['name', 'open'] as const).find((name) => options[name] === undefined);
  if (missing !== undefined) throw new TypeError(`describeLauncherConformance(options) needs ${missing}.`);
}
