import type { NamedFiles } from '../../backend/backend.js';
import { ForgeError } from '../../errors/forge-error.js';
import { WorkerChannel } from '../../worker/worker-channel.js';
import type { TransferredState } from '../store/train-state.js';
import { transferable } from './transferable-state.js';
import type { SaveAnswer, SaveRequest } from './worker-protocol.js';

/** A thread that writes checkpoints, so that hashing blocks no other. Keeps the process alive only while it saves. */
export class CheckpointThread {
  readonly #channel = new WorkerChannel<SaveRequest, SaveAnswer>(new URL('./checkpoint-worker.js', import.meta.url), {
    failure: (cause) =>
      new Error(`The checkpoint thread has failed: ${cause.message}. Resume the run from its last checkpoint.`, {
        cause,
      }),
  });

  /**
   * Saves one checkpoint; the previous save must be done. Afterwards `given` holds the memory of the state again, also
   * after a failure, unless the thread has ended.
   * @returns the checkpoint's folder
   * @throws ForgeError as `CheckpointStore.save`
   */
  async save(
    folder: string,
    given: TransferredState,
    details: SaveRequest['details'],
    files: NamedFiles,
  ): Promise<string> {
    const { state, memory } = transferable(given.state);
    const answer = await this.#channel.ask({ folder, state, details, files }, memory);
    given.state = answer.state;
    if ('path' in answer) return answer.path;
    if ('bug' in answer) throw answer.bug;
    const { code, message, ...more } = answer.error;
    throw new ForgeError(code, message, more);
  }

  get busy(): boolean {
    return this.#channel.busy;
  }

  async end(): Promise<void> {
    await this.#channel.terminate();
  }
}
