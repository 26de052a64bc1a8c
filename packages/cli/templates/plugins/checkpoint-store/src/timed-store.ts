import type {
  CheckpointDetails,
  CheckpointInfo,
  CheckpointStore,
  LoadedCheckpoint,
  TrainState,
  TransferredState,
} from '@forge-ml/core/plugin';

/** Saves and loads with another store, and warns of slow saves. Replace this with your storage. */
export class TimedStore implements CheckpointStore {
  /** @param seconds the longest save without a warning */
  constructor(
    private readonly files: CheckpointStore,
    private readonly seconds: number,
    private readonly warn: (message: string) => void,
  ) {}

  /** The steps of complete checkpoints, ascending. */
  steps(): Promise<readonly number[]> {
    return this.files.steps();
  }

  /** Must be atomic, even if the process is killed. Must not keep the memory of the state. */
  save(state: TrainState, details: CheckpointDetails): Promise<string> {
    return this.timed(state.step, () => this.files.save(state, details));
  }

  /** The same during training. Returns the state to `given`, even after an error. */
  saveAsync(given: TransferredState, details: CheckpointDetails): Promise<string> {
    return this.timed(given.state.step, () => this.files.saveAsync(given, details));
  }

  /** Whether a save is running on another thread. */
  get savesOnThread(): boolean {
    return this.files.savesOnThread;
  }

  /** Verifies every byte. @throws ForgeError CHECKPOINT_NOT_FOUND, CHECKPOINT_CORRUPT */
  load(step: number): Promise<LoadedCheckpoint> {
    return this.files.load(step);
  }

  /** The manifest of a checkpoint, without its tensors. */
  info(step: number): Promise<CheckpointInfo> {
    return this.files.info(step);
  }

  /** Verifies like `load`, but returns nothing. */
  check(step: number): Promise<void> {
    return this.files.check(step);
  }

  remove(step: number): Promise<void> {
    return this.files.remove(step);
  }

  /** May be called twice. */
  close(): Promise<void> {
    return this.files.close();
  }

  private async timed(step: number, save: () => Promise<string>): Promise<string> {
    const start = performance.now();
    const path = await save();
    const took = (performance.now() - start) / 1000;
    if (took > this.seconds) this.warn(`Saving checkpoint ${step} took ${took.toFixed(1)} s.`);
    return path;
  }
}
