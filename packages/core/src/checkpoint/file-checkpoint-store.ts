import { dirname, join } from 'node:path';
import { corruptCheckpoint } from '../errors/corrupt-checkpoint.js';
import { ForgeError } from '../errors/forge-error.js';
import { type FileSystem, nodeFileSystem } from '../fs/file-system.js';
import { fsError, isMissing } from '../fs/fs-error.js';
import { readBounded } from '../fs/read-bounded.js';
import { guarded } from '../fs/safe-files.js';
import { layOut } from '../tensor/safetensors-layout.js';
import { CheckpointThread } from './async/checkpoint-thread.js';
import { bytesOf } from './async/transferable-state.js';
import { findCheckpointFolder, findCheckpoints, maxAttempts, removeCheckpoint } from './store/checkpoint-folders.js';
import type { CheckpointDetails, CheckpointInfo, CheckpointStore, LoadedCheckpoint } from './store/checkpoint-store.js';
import { type Manifest, manifestName, parseManifest } from './store/manifest.js';
import { checkFiles, infoOf, readCheckpoint } from './store/read-checkpoint.js';
import { saveCheckpoint } from './store/save-checkpoint.js';
import type { TrainState, TransferredState } from './store/train-state.js';
import { backendFiles } from './store/write-checkpoint.js';

/** From this size on, hashing a state blocks the training thread for about 3 ms or more. */
const minThreadBytes = 8 * 1024 * 1024;

/**
 * Checkpoints as plain files, one folder a step; the format is described in docs/run-folder.md. One process at a
 * time writes; any number may read meanwhile.
 */
export class FileCheckpointStore implements CheckpointStore {
  #thread: CheckpointThread | undefined;
  /** The folder of each checkpoint at the last listing: listing again for each of thousands would take minutes. */
  #found: ReadonlyMap<number, string> = new Map();
  private readonly files: FileSystem;

  /**
   * @param folder the run's `checkpoints/`, created by the first save.
   * @param files the file system to write to
   */
  constructor(
    readonly folder: string,
    files: FileSystem = nodeFileSystem,
  ) {
    this.files = guarded(files, dirname(folder));
  }

  async steps(): Promise<readonly number[]> {
    this.#found = await this.translated('list the checkpoints in', () => findCheckpoints(this.folder));
    return [...this.#found.keys()].sort((a, b) => a - b);
  }

  save(state: TrainState, details: CheckpointDetails): Promise<string> {
    return saveCheckpoint(this.folder, state, details, this.files);
  }

  async saveAsync(given: TransferredState, details: CheckpointDetails): Promise<string> {
    const { state } = given;
    if (bytesOf(state) < minThreadBytes) return this.save(state, details);
    const files = await backendFiles(layOut(state.parameters).places, details);
    this.#thread ??= new CheckpointThread();
    const { engine, metrics, metricSteps, state: json } = details;
    return this.#thread.save(this.folder, given, { engine, metrics, metricSteps, state: json }, files);
  }

  get savesOnThread(): boolean {
    return this.#thread?.busy ?? false;
  }

  async close(): Promise<void> {
    await this.#thread?.end();
    this.#thread = undefined;
  }

  async load(step: number): Promise<LoadedCheckpoint> {
    for (let opened = await this.open(step); ; ) {
      try {
        return await readCheckpoint(opened.path, opened.manifest);
      } catch (error) {
        // It may have been replaced or removed during the read: then the bytes are a mix of two, not corrupt.
        const now = await this.open(step);
        if (now.path === opened.path && now.bytes.equals(opened.bytes)) throw error;
        opened = now;
      }
    }
  }

  async info(step: number): Promise<CheckpointInfo> {
    return infoOf((await this.open(step)).manifest);
  }

  async check(step: number): Promise<void> {
    const { path, manifest } = await this.open(step);
    await checkFiles(path, manifest);
  }

  async remove(step: number): Promise<void> {
    await this.translated(`remove checkpoint ${step} from`, () => removeCheckpoint(this.folder, step, this.files));
  }

  private async open(step: number): Promise<{ path: string; manifest: Manifest; bytes: Buffer }> {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const path = await this.translated('look for checkpoints in', () =>
        findCheckpointFolder(this.folder, step, this.#found.get(step)),
      );
      if (path === undefined) break;
      const file = join(path, manifestName);
      const bytes = await readIfThere(file);
      // It may have been replaced since it was found.
      if (bytes === undefined) continue;
      const manifest = parseManifest(bytes, file);
      if (manifest.step !== step) throw corruptCheckpoint(file, `it is the manifest of step ${manifest.step}`);
      return { path, manifest, bytes };
    }
    const steps = await this.steps();
    throw new ForgeError('CHECKPOINT_NOT_FOUND', `There is no checkpoint of step ${step} in ${this.folder}.`, {
      about: this.folder,
      hint: `Available: ${shortList(steps) || 'none yet'}.`,
    });
  }

  private async translated<T>(action: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw fsError(error, this.folder, action);
    }
  }
}

/** The newest 20 steps. */
function shortList(steps: readonly number[]): string {
  const older = steps.length > 20 ? `${steps.length - 20} older ones, ` : '';
  return `${older}${steps.slice(-20).join(', ')}`;
}

async function readIfThere(manifest: string): Promise<Buffer | undefined> {
  try {
    return await readBounded(manifest, { what: 'checkpoint manifest', code: 'CHECKPOINT_CORRUPT', link: 'refuse' });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
