import { Worker } from 'node:worker_threads';
import { checkOptions } from '../errors/check-options.js';

export interface WorkerChannelOptions {
  readonly workerData?: unknown;
  /** Makes the error of every request that is pending or made after the worker has failed or ended. */
  readonly failure: (cause: Error) => Error;
}

interface Pending<Answer> {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/** What a worker receives; it answers with the same `id`. */
export interface WorkerRequest<Request> {
  readonly id: number;
  readonly request: Request;
}

/** Requests to a worker thread and their answers. Keeps the process alive only while a request is pending. */
export class WorkerChannel<Request, Answer extends { readonly id: number }> {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending<Answer>>();
  readonly #makeFailure: (cause: Error) => Error;
  #asked = 0;
  #failure: Error | undefined;

  constructor(module: URL, options: WorkerChannelOptions) {
    checkOptions(options, ['workerData', 'failure'], { of: 'new WorkerChannel(module, options)' });
    const { workerData, failure } = options;
    this.#makeFailure = failure;
    // Other flags of this process, such as --input-type, do not apply to the worker.
    this.#worker = new Worker(module, { workerData, execArgv: conditionsOf(process.execArgv) });
    this.#worker.unref();
    this.#worker.on('message', (answer: Answer) => this.#settle(answer));
    this.#worker.on('messageerror', (error) => this.#fail(error));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', (code) => this.#fail(new Error(`it ended with status ${code}`)));
  }

  get busy(): boolean {
    return this.#pending.size > 0;
  }

  /** @param transfer memory to move to the worker; it is lost here. @throws what `failure` makes */
  ask(request: Request, transfer: readonly ArrayBuffer[] = []): Promise<Answer> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      // First, because it throws for what cannot be cloned: then nothing is pending.
      this.#worker.postMessage({ id, request } satisfies WorkerRequest<Request>, [...transfer]);
      if (this.#pending.size === 0) this.#worker.ref();
      this.#pending.set(id, { resolve, reject });
    });
  }

  /** Ends the worker at once; pending requests are rejected. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(answer: Answer): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if (this.#pending.size === 0) this.#worker.unref();
    pending?.resolve(answer);
  }

  #fail(cause: Error): void {
    this.#failure ??= this.#makeFailure(cause);
    for (const { reject } of this.#pending.values()) reject(this.#failure);
    this.#pending.clear();
    this.#worker.unref();
  }
}

/** Node's flags for what packages are resolved to: the same files in a worker as in this process. */
function conditionsOf(flags: readonly string[]): string[] {
  const isName = (flag: string | undefined) => flag === '--conditions' || flag === '-C';
  return flags.filter((flag, at) => flag.startsWith('--conditions=') || isName(flag) || isName(flags[at - 1]));
}
