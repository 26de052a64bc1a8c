import { Worker } from 'node:worker_threads';
import type { NamedFiles } from '../../backend/backend.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { TrainState, TransferredState } from '../store/checkpoint-store.js';
import { transferable } from './transferable-state.js';
import type { SaveAnswer, SaveRequest } from './worker-protocol.js';

interface Waiting {
  resolve(answer: SaveAnswer): void;
  reject(error: Error): void;
}

/** A thread that writes checkpoints, so that hashing them stalls no other. Keeps the process alive only while it saves. */
export class CheckpointThread {
  readonly #worker: Worker;
  #waiting: Waiting | undefined;
  #gone: Error | undefined;

  constructor() {
    // Flags of this process, such as --input-type, are not for the worker.
    this.#worker = new Worker(new URL('./checkpoint-worker.js', import.meta.url), { execArgv: [] });
    this.#worker.unref();
    this.#worker.on('message', (answer: SaveAnswer) => this.#settle((waiting) => waiting.resolve(answer)));
    this.#worker.on('messageerror', (error) => this.#fail(error));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', (code) => this.#fail(new Error(`it ended with status ${code}`)));
  }

  /**
   * Saves one checkpoint; the one before must be done. The memory of the state is back in `given` afterwards, also
   * where it has failed, unless the thread is gone.
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
    const answer = await this.#ask({ folder, state, details, files }, memory);
    given.state = answer.state;
    if ('path' in answer) return answer.path;
    if ('bug' in answer) throw answer.bug;
    const { code, message, ...more } = answer.error;
    throw new ForgeError(code, message, more);
  }

  get busy(): boolean {
    return this.#waiting !== undefined;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #ask(request: SaveRequest<TrainState>, memory: readonly ArrayBuffer[]): Promise<SaveAnswer> {
    if (this.#gone !== undefined) return Promise.reject(this.#gone);
    return new Promise((resolve, reject) => {
      this.#worker.ref();
      this.#waiting = { resolve, reject };
      this.#worker.postMessage(request, [...memory]);
    });
  }

  #settle(tell: (waiting: Waiting) => void): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#worker.unref();
    if (waiting !== undefined) tell(waiting);
  }

  #fail(cause: Error): void {
    const message = `The thread that writes checkpoints is gone: ${cause.message}. Resume the run from the last one.`;
    this.#gone ??= new Error(message, { cause });
    const gone = this.#gone;
    this.#settle((waiting) => waiting.reject(gone));
  }
}
