import { Worker } from 'node:worker_threads';
import type { NamedFiles } from '../../backend/backend.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { TrainState, TransferredState } from '../store/train-state.js';
import { transferable } from './transferable-state.js';
import type { SaveAnswer, SaveRequest } from './worker-protocol.js';

interface Waiting {
  resolve(answer: SaveAnswer): void;
  reject(error: Error): void;
}

/** A thread that writes checkpoints, so that hashing blocks no other. Keeps the process alive only while it saves. */
export class CheckpointThread {
  readonly #worker: Worker;
  #waiting: Waiting | undefined;
  #failure: Error | undefined;

  constructor() {
    // Node flags of this process, such as --input-type, do not apply to the worker.
    this.#worker = new Worker(new URL('./checkpoint-worker.js', import.meta.url), { execArgv: [] });
    this.#worker.unref();
    this.#worker.on('message', (answer: SaveAnswer) => this.#settle((waiting) => waiting.resolve(answer)));
    this.#worker.on('messageerror', (error) => this.#fail(error));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', (code) => this.#fail(new Error(`it ended with status ${code}`)));
  }

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
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#worker.ref();
      this.#waiting = { resolve, reject };
      this.#worker.postMessage(request, [...memory]);
    });
  }

  #settle(finish: (waiting: Waiting) => void): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#worker.unref();
    if (waiting !== undefined) finish(waiting);
  }

  #fail(cause: Error): void {
    const message = `The checkpoint thread has failed: ${cause.message}. Resume the run from its last checkpoint.`;
    this.#failure ??= new Error(message, { cause });
    const failure = this.#failure;
    this.#settle((waiting) => waiting.reject(failure));
  }
}
