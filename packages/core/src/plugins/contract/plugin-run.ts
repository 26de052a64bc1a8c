import type { FlagSpecs, FlagValues } from '../../config/flags/flag.js';

/** The run that a plugin's sink or hooks are created for, at its start or when it is resumed. */
export interface PluginRun<F extends FlagSpecs = FlagSpecs> {
  /** The absolute path of the run's folder. */
  readonly folder: string;
  /** `mnist/3` */
  readonly id: string;
  /** The step that the run resumes from; null for a new run. Records of later steps are obsolete. */
  readonly resumedAt: number | null;
  /** The values of the plugin's own flags. */
  readonly flags: FlagValues<F>;
  /** The value of every flag of the run. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Prints a warning for the user. */
  warn(message: string): void;
}
