import { FileCheckpointStore } from '@forge-ml/core/node';
import {
  type CheckpointDetails,
  type CheckpointInfo,
  type CheckpointStore,
  isForgeError,
  type LoadedCheckpoint,
  type TrainState,
  type TransferredState,
} from '@forge-ml/core/plugin';
import { FolderCopies } from './folder-copies.js';

export interface MirrorOptions {
  /** Forge's own store of the run. */
  readonly files: CheckpointStore;
  /** Its folder: the run's `checkpoints/`. */
  readonly folder: string;
  /** The folder for the second copies. */
  readonly mirror: string;
  warn(message: string): void;
}

/**
 * Saves with Forge's own store, then copies the checkpoint's folder. A checkpoint counts as saved once it is in both
 * places; it is read from the mirror where the run's own is missing or corrupt.
 */
export class MirrorStore implements CheckpointStore {
  private readonly mirror: FileCheckpointStore;
  private readonly copies: FolderCopies;

  constructor(private readonly options: MirrorOptions) {
    this.mirror = new FileCheckpointStore(options.mirror);
    this.copies = new FolderCopies(options.folder, options.mirror);
  }

  async steps(): Promise<readonly number[]> {
    const steps = [...(await this.options.files.steps()), ...(await this.mirror.steps())];
    return [...new Set(steps)].sort((a, b) => a - b);
  }

  async save(state: TrainState, details: CheckpointDetails): Promise<string> {
    return this.copied(state.step, await this.options.files.save(state, details));
  }

  async saveAsync(given: TransferredState, details: CheckpointDetails): Promise<string> {
    const { step } = given.state;
    return this.copied(step, await this.options.files.saveAsync(given, details));
  }

  get savesOnThread(): boolean {
    return this.options.files.savesOnThread;
  }

  async close(): Promise<void> {
    await this.options.files.close();
    await this.mirror.close();
  }

  load(step: number): Promise<LoadedCheckpoint> {
    return this.either((store) => store.load(step), `Checkpoint ${step} is loaded from ${this.options.mirror}`);
  }

  info(step: number): Promise<CheckpointInfo> {
    return this.either((store) => store.info(step));
  }

  check(step: number): Promise<void> {
    return this.either((store) => store.check(step));
  }

  /** The copy first: one that was left alone there would come back as a checkpoint of the run. */
  async remove(step: number): Promise<void> {
    await this.mirror.remove(step);
    await this.options.files.remove(step);
  }

  private async copied(step: number, path: string): Promise<string> {
    const { files } = this.options;
    const loads = (other: number) =>
      files.check(other).then(
        () => true,
        () => false,
      );
    await this.copies.add(step, await files.steps(), loads);
    return path;
  }

  /** @param used what to say where the mirror is read */
  private async either<T>(read: (store: CheckpointStore) => Promise<T>, used?: string): Promise<T> {
    try {
      return await read(this.options.files);
    } catch (error) {
      if (!isLost(error)) throw error;
      const result = await read(this.mirror).catch((second: unknown) => {
        // Of two that are wrong, report the one that exists.
        throw hasCode(second, 'CHECKPOINT_NOT_FOUND') ? error : second;
      });
      if (used !== undefined) this.options.warn(`${used}: ${(error as Error).message}`);
      return result;
    }
  }
}

function isLost(error: unknown): boolean {
  return hasCode(error, 'CHECKPOINT_NOT_FOUND') || hasCode(error, 'CHECKPOINT_CORRUPT');
}

function hasCode(error: unknown, code: string): boolean {
  return isForgeError(error) && error.code === code;
}
