import { WorkerChannel } from '@forge-ml/core/node';
import { ForgeError } from '@forge-ml/core/plugin';
import type { ParameterValue } from '@forge-ml/onnx/graph';
import { type TerminateHandle, terminateRun } from '@forge-ml/ort';
import type { StateHome } from '../model/state-home.js';
import { stateValue } from '../model/state-value.js';
import type { Answer, NamedTensor, Request, Results, RunOutputs, WorkerOptions } from './protocol.js';
import type { Span } from './spans.js';
import { layOut } from './state-layout.js';

/** An error that ONNX Runtime reports, with its message. */
export class OrtError extends Error {
  /**
   * @param runs what the runs before it returned, of several
   * @param stopped whether it was interrupted
   */
  constructor(
    message: string,
    readonly runs: readonly RunOutputs[] = [],
    readonly stopped = false,
  ) {
    super(message);
  }
}

/** Runs of a graph of a session, and what they read besides the session's state. */
type RunRequest = Omit<Extract<Request, { readonly kind: 'run' }>, 'kind'>;

export interface RunResults {
  readonly runs: readonly RunOutputs[];
  /** When ONNX Runtime computed. */
  readonly compute: Span;
}

/** This thread's end of the worker that owns ONNX Runtime. Keeps the process alive only while a request is pending. */
export class OrtWorker {
  readonly #channel: WorkerChannel<Request, Answer>;
  /** Where the state of its sessions is. */
  readonly home: StateHome;
  readonly #interrupt = new Int32Array(new SharedArrayBuffer(4));
  #terminate: TerminateHandle | undefined;
  /** Requests to run that are not answered. */
  #running = 0;
  #sessions = 0;
  #alive = 0;
  #stateCopies: number | undefined;

  constructor(given: Omit<WorkerOptions, 'interrupt'>) {
    const options: WorkerOptions = { ...given, interrupt: this.#interrupt.buffer };
    this.home = options.home;
    // Since 1.30 ONNX Runtime sends telemetry unless it is disabled. A user's setting is kept.
    process.env.ORT_DISABLE_TELEMETRY ??= '1';
    this.#channel = new WorkerChannel(new URL('./worker.js', import.meta.url), { workerData: options, failure: gone });
  }

  /** Tensors and models that the worker holds. */
  get alive(): number {
    return this.#alive;
  }

  /** Tensors of state that were copied between the host and a device so far; undefined where nothing counts them. */
  get stateCopies(): number | undefined {
    return this.#stateCopies;
  }

  /** A unique number for a model's state. */
  newSession(): number {
    return ++this.#sessions;
  }

  /** @throws OrtError where ONNX Runtime fails; ForgeError ENGINE_UNUSABLE where the worker has ended. */
  async ask(request: Request, transfer: readonly ArrayBuffer[] = []): Promise<Results> {
    const { id: _, alive, stateCopies, error, ...results } = await this.#channel.ask(request, transfer);
    this.#alive = alive;
    this.#stateCopies = stateCopies;
    if (error !== undefined) throw new OrtError(error, results.runs, results.stopped);
    return results;
  }

  /** The binding in use, and why it is not the one that was asked for. */
  async bind(): Promise<NonNullable<Results['binding']>> {
    const binding = (await this.ask({ kind: 'bind' })).binding!;
    this.#terminate = binding.terminate;
    return binding;
  }

  /** Copies of the state of those names. @throws as `ask` */
  async get(session: number, names: readonly string[]): Promise<readonly NamedTensor[]> {
    return (await this.ask({ kind: 'get', session, names })).tensors ?? [];
  }

  /** Gives a session parameters that no graph changes. @throws as `ask` */
  async setParameters(session: number, parameters: readonly ParameterValue[]): Promise<void> {
    if (this.home === 'memory') {
      await this.ask({ kind: 'lay', session, layout: layOut(parameters.map(stateValue)), plan: undefined });
    }
    await this.ask({ kind: 'set', session, tensors: parameters.map(({ name, initial }) => [name, initial]) });
  }

  /** Runs a model without state once. @throws as `ask` */
  async compute(
    model: Uint8Array,
    outputs: readonly string[],
    feeds: readonly NamedTensor[],
  ): Promise<readonly NamedTensor[]> {
    const session = this.newSession();
    const graph = { name: 'compute', model, outputs, forCpu: [], reads: [], writes: [], numbers: [] };
    try {
      await this.setParameters(session, []);
      await this.ask({ kind: 'open', session, ...graph });
      const { runs } = await this.run({ session, graph: graph.name, runs: [{ feeds }] }, []);
      return runs[0]!.tensors;
    } finally {
      await this.ask({ kind: 'close', session });
    }
  }

  /** Runs a graph. @throws as `ask` */
  async run(request: RunRequest, transfer: readonly ArrayBuffer[]): Promise<RunResults> {
    this.#running++;
    try {
      const { runs = [], compute = [0, 0] } = await this.ask({ kind: 'run', ...request }, transfer);
      return { runs, compute };
    } finally {
      if (--this.#running === 0) Atomics.store(this.#interrupt, 0, 0);
    }
  }

  /** Ends the runs that are not done: in the middle of one where the binding can, or after it. */
  interrupt(): void {
    if (this.#running === 0) return;
    Atomics.store(this.#interrupt, 0, 1);
    if (this.#terminate !== undefined) terminateRun(this.#terminate);
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
