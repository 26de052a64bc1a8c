import type { CheckpointStore } from '../../checkpoint/store/checkpoint-store.js';
import type { FlagSpecs, FlagValues } from '../../config/flags/flag.js';

/** What a plugin's checkpoint store is made from. */
export interface CheckpointStoreRequest<F extends FlagSpecs = FlagSpecs> {
  /** The run's `checkpoints/`, absolute, beside its `run.json`. It does not exist before something is saved there. */
  readonly folder: string;
  /** Forge's own store of that folder, to wrap or to mirror. */
  readonly files: CheckpointStore;
  /** The values of the plugin's own flags. */
  readonly flags: FlagValues<F>;
  /** Takes a line that a person should see. */
  warn(message: string): void;
}
