import type {
  CheckpointDetails,
  CheckpointInfo,
  CheckpointStore,
  LoadedCheckpoint,
  TrainState,
  TransferredState,
} from '@forge-ml/core/plugin';

/** Saves and loads with another store, and warns of saves that take long. Put your own storage in its place. */
export class TimedStore implements CheckpointStore {
  /** @param seconds how long a save may take without a warning */
  constructor(
    private readonly files: CheckpointStore,
    private readonly seconds: number,
    private readonly warn: (message: string) => void,
  ) {}

  /** Ascending; complete checkpoints only. */
  steps(): Promise<readonly number[]> {
    return this.files.steps();
  }

  /** Completely or not at all, also where the process is killed. Keeps nothing of the state's memory. */
  save(state: TrainState, details: CheckpointDetails): Promise<string> {
    return this.timed(state.step, () => this.files.save(state, details));
  }

  /** The same while training goes on. The state is in `given` again afterwards, also where it failed. */
  saveAsync(given: TransferredState, details: CheckpointDetails): Promise<string> {
    return this.timed(given.state.step, () => this.files.saveAsync(given, details));
  }

  /** Whether a save is running on another thread. */
  get savesOnThread(): boolean {
    return this.files.savesOnThread;
  }

  /** Verifies every byte: CHECKPOINT_NOT_FOUND, CHECKPOINT_CORRUPT. */
  load(step: number): Promise<LoadedCheckpoint> {
    return this.files.load(step);
  }

  /** What a checkpoint says of itself, without its tensors. */
  info(step: number): Promise<CheckpointInfo> {
    return this.files.info(step);
  }

  /** As `load`, but keeps nothing. */
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
