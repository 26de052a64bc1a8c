import { Worker } from 'node:worker_threads';
import { ForgeError } from '@forge-ml/core/plugin';
import type { Answer, NamedTensor, Request, WorkerOptions } from './protocol.js';

interface Pending {
  resolve(tensors: readonly NamedTensor[]): void;
  reject(error: Error): void;
}

/** An error that ONNX Runtime reports, with its message. */
export class OrtError extends Error {}

/** This thread's end of the worker that owns ONNX Runtime. Keeps the process alive only while a request is pending. */
export class OrtWorker {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #asked = 0;
  #sessions = 0;
  #alive = 0;
  #gone: ForgeError | undefined;

  constructor(options: WorkerOptions) {
    // Since 1.30 ONNX Runtime sends telemetry unless it is disabled. A user's setting is kept.
    process.env.ORT_DISABLE_TELEMETRY ??= '1';
    // Flags of this process, such as --input-type, do not apply to the worker.
    const settings = { workerData: options, execArgv: [] };
    this.#worker = new Worker(new URL('./worker.js', import.meta.url), settings);
    this.#worker.unref();
    this.#worker.on('message', (answer: Answer) => this.#answer(answer));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', (code) => this.#fail(new Error(`it ended with status ${code}`)));
  }

  /** Tensors and models that the worker holds. */
  get alive(): number {
    return this.#alive;
  }

  /** A unique number for a model's state. */
  newSession(): number {
    return ++this.#sessions;
  }

  /** @throws OrtError where ONNX Runtime fails; ForgeError ENGINE_UNUSABLE where the worker has ended. */
  ask(request: Request, transfer: readonly ArrayBuffer[] = []): Promise<readonly NamedTensor[]> {
    const id = ++this.#asked;
    if (this.#gone !== undefined) return Promise.reject(this.#gone);
    return new Promise((resolve, reject) => {
      if (this.#pending.size === 0) this.#worker.ref();
      this.#pending.set(id, { resolve, reject });
      this.#worker.postMessage({ id, request }, [...transfer]);
    });
  }

  async end(): Promise<void> {
    await this.ask({ kind: 'end' });
  }

  #answer(answer: Answer): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if (this.#pending.size === 0) this.#worker.unref();
    this.#alive = answer.alive;
    if ('error' in answer) pending?.reject(new OrtError(answer.error));
    else pending?.resolve(answer.tensors);
  }

  #fail(cause: Error): void {
    this.#gone ??= new ForgeError('ENGINE_UNUSABLE', `The thread that runs ONNX Runtime has ended: ${cause.message}.`, {
      about: 'onnxruntime-node',
      hint: 'Resume the run from its last checkpoint.',
      cause,
    });
    for (const { reject } of this.#pending.values()) reject(this.#gone);
    this.#pending.clear();
  }
}
