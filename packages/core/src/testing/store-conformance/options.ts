import type { CheckpointStore } from '../../checkpoint/store/checkpoint-store.js';
import { checkOptions } from '../../errors/check-options.js';

export interface CheckpointStoreConformanceOptions {
  /** The store's name, for the tests' titles. */
  readonly name: string;
  /**
   * Opens the store of a run's `checkpoints/` folder; several times for one folder, as other processes would. The folder
   * above exists, the folder itself not always.
   */
  open(folder: string): CheckpointStore | Promise<CheckpointStore>;
  /**
   * The module that exports the same `open`, as a `file:` URL: a child process imports it, to be killed while it saves.
   * It is imported by Node itself, so it is JavaScript.
   */
  readonly module: string | URL;
  /** Flips one byte of a tensor in each copy of a checkpoint that the store has. */
  corrupt(folder: string, step: number): Promise<void>;
}

/**
 * @throws ForgeError OPTION_UNKNOWN for an option that does not exist
 * @throws TypeError for one that is missing
 */
export function checkStoreConformanceOptions(options: CheckpointStoreConformanceOptions): void {
  const names = ['name', 'open', 'module', 'corrupt'] as const;
  checkOptions(options, names, { of: 'describeCheckpointStoreConformance(options)' });
  const missing = names.find((name) => options[name] === undefined);
  if (missing !== undefined) throw new TypeError(`describeCheckpointStoreConformance(options) needs ${missing}.`);
}
