import type {
  CheckpointDetails,
  CheckpointInfo,
  CheckpointStore,
  LoadedCheckpoint,
} from '../../checkpoint/store/checkpoint-store.js';
import type { TrainState, TransferredState } from '../../checkpoint/store/train-state.js';
import { wrongInfo, wrongLoaded, wrongSteps, wrongTensorsOf } from '../../checkpoint/store/wrong-checkpoint.js';
import { isForgeError, messageOf } from '../../errors/forge-error.js';
import { fsError, systemCode } from '../../fs/fs-error.js';
import { describeValue } from '../../model/model-error.js';
import { pluginFault } from './check-provided.js';

/** A plugin's checkpoint store whose every return is checked, and whose errors name the plugin. */
export class CheckedStore implements CheckpointStore {
  /**
   * @param what the store as messages call it, e.g. `the checkpoint store mirror of forge-checkpoint-store-mirror 1.0.0`
   * @param folder the run's `checkpoints/`
   */
  constructor(
    private readonly store: CheckpointStore,
    private readonly what: string,
    private readonly folder: string,
  ) {}

  get savesOnThread(): boolean {
    const value: unknown = this.store.savesOnThread;
    if (typeof value === 'boolean') return value;
    throw pluginFault(this.what, `has a savesOnThread that is ${describeValue(value)}, not true or false`);
  }

  async steps(): Promise<readonly number[]> {
    return this.checked('steps', await this.call('list its steps', () => this.store.steps()), wrongSteps);
  }

  async save(state: TrainState, details: CheckpointDetails): Promise<string> {
    const path = await this.call(`save checkpoint ${state.step}`, () => this.store.save(state, details));
    return this.checked('save', path, wrongPath);
  }

  async saveAsync(given: TransferredState, details: CheckpointDetails): Promise<string> {
    const { step } = given.state;
    let path: string;
    try {
      path = await this.call(`save checkpoint ${step}`, () => this.store.saveAsync(given, details));
    } catch (error) {
      const lost = wrongTensorsOf(given.state);
      if (lost === undefined) throw error;
      throw pluginFault(
        this.what,
        `failed to save checkpoint ${step} and gave back ${lost}: ${messageOf(error)}`,
        error,
      );
    }
    const lost = wrongTensorsOf(given.state);
    if (lost !== undefined) throw pluginFault(this.what, `saved checkpoint ${step} and gave back ${lost}`);
    return this.checked('saveAsync', path, wrongPath);
  }

  async load(step: number): Promise<LoadedCheckpoint> {
    const loaded = await this.call(`load checkpoint ${step}`, () => this.store.load(step));
    return this.checked('load', loaded, (value) => wrongLoaded(value, step));
  }

  async info(step: number): Promise<CheckpointInfo> {
    const info = await this.call(`read what checkpoint ${step} says`, () => this.store.info(step));
    return this.checked('info', info, (value) => wrongInfo(value, step));
  }

  async check(step: number): Promise<void> {
    await this.call(`check checkpoint ${step}`, () => this.store.check(step));
  }

  async remove(step: number): Promise<void> {
    await this.call(`remove checkpoint ${step}`, () => this.store.remove(step));
  }

  async close(): Promise<void> {
    await this.call('close', () => this.store.close());
  }

  private checked<T>(from: string, value: T, wrongIn: (value: unknown) => string | undefined): T {
    const wrong = wrongIn(value);
    if (wrong !== undefined) throw pluginFault(this.what, `returned ${wrong}, from ${from}`);
    return value;
  }

  private async call<T>(doing: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isForgeError(error)) throw error;
      // Reported as FILE_SYSTEM, so that a save is tried again.
      if (systemCode(error) !== undefined) throw fsError(error, pathOf(error) ?? this.folder, 'access');
      throw pluginFault(this.what, `failed to ${doing}: ${messageOf(error)}`, error);
    }
  }
}

function wrongPath(path: unknown): string | undefined {
  return typeof path === 'string' && path !== '' ? undefined : `a path that is ${describeValue(path)}, not text`;
}

function pathOf(error: unknown): string | undefined {
  const { path } = error as { readonly path?: unknown };
  return typeof path === 'string' ? path : undefined;
}
