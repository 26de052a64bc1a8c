import { Worker } from 'node:worker_threads';
import { ForgeError } from '@forge-ml/core/plugin';
import type { Answer, NamedTensor, Request, WorkerOptions } from './protocol.js';

interface Waiting {
  resolve(tensors: readonly NamedTensor[]): void;
  reject(error: Error): void;
}

/** What ONNX Runtime says went wrong, in its own words. */
export class OrtError extends Error {}

/** This thread's end of the worker that owns ONNX Runtime. Keeps the process alive only while it is being waited for. */
export class OrtWorker {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  #sessions = 0;
  #alive = 0;
  #gone: ForgeError | undefined;

  constructor(options: WorkerOptions) {
    // Since 1.30 ONNX Runtime reports its use to its maker unless told not to. What a user has set stays.
    process.env.ORT_DISABLE_TELEMETRY ??= '1';
    // Flags of this process, such as --input-type, are not for the worker.
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

  /** A number for a model's state that no other has. */
  newSession(): number {
    return ++this.#sessions;
  }

  /** @throws OrtError where ONNX Runtime cannot do it; ForgeError ENGINE_UNUSABLE where the worker is gone. */
  ask(request: Request, transfer: readonly ArrayBuffer[] = []): Promise<readonly NamedTensor[]> {
    const id = ++this.#asked;
    if (this.#gone !== undefined) return Promise.reject(this.#gone);
    return new Promise((resolve, reject) => {
      if (this.#waiting.size === 0) this.#worker.ref();
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, request }, [...transfer]);
    });
  }

  async end(): Promise<void> {
    await this.ask({ kind: 'end' });
  }

  #answer(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    this.#alive = answer.alive;
    if ('error' in answer) waiting?.reject(new OrtError(answer.error));
    else waiting?.resolve(answer.tensors);
  }

  #fail(cause: Error): void {
    this.#gone ??= new ForgeError('ENGINE_UNUSABLE', `The thread that runs ONNX Runtime is gone: ${cause.message}.`, {
      about: 'onnxruntime-node',
      hint: 'Resume the run from its last checkpoint.',
      cause,
    });
    for (const { reject } of this.#waiting.values()) reject(this.#gone);
    this.#waiting.clear();
  }
}
