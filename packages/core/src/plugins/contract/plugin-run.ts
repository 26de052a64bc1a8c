import type { FlagSpecs, FlagValues } from '../../config/flags/flag.js';

/** A run, as a plugin's sink or hooks are told of it when it begins or is taken up again. */
export interface PluginRun<F extends FlagSpecs = FlagSpecs> {
  /** The run's folder, absolute. */
  readonly folder: string;
  /** `mnist/3` */
  readonly id: string;
  /** The step it goes on from; null for a new run. What was logged past that step does not count any more. */
  readonly resumedAt: number | null;
  /** The values of the plugin's own flags. */
  readonly flags: FlagValues<F>;
  /** The value of every flag of the run. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Takes a line that a person should see. */
  warn(message: string): void;
}
