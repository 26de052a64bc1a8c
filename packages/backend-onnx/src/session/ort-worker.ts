import { WorkerChannel } from '@forge-ml/core/node';
import { ForgeError } from '@forge-ml/core/plugin';
import type { Answer, NamedTensor, Request, WorkerOptions } from './protocol.js';
import type { Span } from './spans.js';

/** An error that ONNX Runtime reports, with its message. */
export class OrtError extends Error {}

/** A graph of a session, and what it reads besides the session's state. */
type RunRequest = Omit<Extract<Request, { readonly kind: 'run' }>, 'kind'>;

export interface RunResult {
  readonly tensors: readonly NamedTensor[];
  /** When ONNX Runtime computed. */
  readonly compute: Span;
}

/** This thread's end of the worker that owns ONNX Runtime. Keeps the process alive only while a request is pending. */
export class OrtWorker {
  readonly #channel: WorkerChannel<Request, Answer>;
  #sessions = 0;
  #alive = 0;

  constructor(options: WorkerOptions) {
    // Since 1.30 ONNX Runtime sends telemetry unless it is disabled. A user's setting is kept.
    process.env.ORT_DISABLE_TELEMETRY ??= '1';
    this.#channel = new WorkerChannel(new URL('./worker.js', import.meta.url), { workerData: options, failure: gone });
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
  async ask(request: Request, transfer: readonly ArrayBuffer[] = []): Promise<readonly NamedTensor[]> {
    return (await this.#answer(request, transfer)).tensors;
  }

  /** Runs a graph. @throws as `ask` */
  async run(request: RunRequest, transfer: readonly ArrayBuffer[]): Promise<RunResult> {
    const { tensors, compute = [0, 0] } = await this.#answer({ kind: 'run', ...request }, transfer);
    return { tensors, compute };
  }

  async #answer(request: Request, transfer: readonly ArrayBuffer[]) {
    const answer = await this.#channel.ask(request, transfer);
    this.#alive = answer.alive;
    if ('error' in answer) throw new OrtError(answer.error);
    return answer;
  }

  async end(): Promise<void> {
    await this.ask({ kind: 'end' });
  }
}

function gone(cause: Error): ForgeError {
  return new ForgeError('ENGINE_UNUSABLE', `The thread that runs ONNX Runtime has ended: ${cause.message}.`, {
    about: 'onnxruntime-node',
    hint: 'Resume the run from its last checkpoint.',
    cause,
  });
}
