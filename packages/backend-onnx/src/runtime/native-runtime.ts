import type { TensorData } from '@forge-ml/core/plugin';
import { type Binding, type Ort, openOrt, type RunOptions, type Session, type TerminateHandle } from '@forge-ml/ort';
import type { NamedTensor, WorkerOptions } from './protocol.js';
import type { BoundRun, Runtime, RuntimeModel } from './runtime.js';

/** The C API, which reads and writes shared memory in place. */
export class NativeRuntime implements Runtime {
  readonly name = 'native';
  readonly shares = true;
  readonly terminate: TerminateHandle;
  readonly #ort: Ort;
  readonly #options: RunOptions;
  readonly #threads: number;

  /** @throws ForgeError ENGINE_UNUSABLE where the C API cannot be used here */
  constructor({ threads }: Pick<WorkerOptions, 'threads'>) {
    this.#ort = openOrt();
    this.#options = this.#ort.createRunOptions();
    this.terminate = this.#options.handle;
    this.#threads = threads;
  }

  async open(model: Uint8Array): Promise<RuntimeModel> {
    // Threads that sleep between operators, as in `sessionOptions`.
    const config = { 'session.intra_op.allow_spinning': '0' };
    const session = this.#ort.createSession(model, { threads: this.#threads, config });
    return {
      bind: (inputs, outputs) => new NativeRun(session, this.#options, inputs, outputs),
      release: () => session.release(),
    };
  }

  allowRuns(): void {
    this.#options.unset();
  }

  end(): void {
    this.#ort.release();
  }
}

class NativeRun implements BoundRun {
  readonly #binding: Binding;
  readonly #options: RunOptions;
  /** What inputs are bound to. */
  readonly #inputs = new Map<string, TensorData>();
  /** Outputs in memory of ONNX Runtime. */
  readonly #own: readonly string[];

  constructor(
    session: Session,
    options: RunOptions,
    inputs: readonly NamedTensor[],
    outputs: readonly (readonly [name: string, memory: TensorData | undefined])[],
  ) {
    this.#options = options;
    this.#binding = session.bind();
    for (const [name, value] of inputs) this.#bind(name, value);
    for (const [name, memory] of outputs) {
      if (memory === undefined) this.#binding.bindOutputToDevice(name);
      else this.#binding.bindOutput(name, memory);
    }
    this.#own = outputs.flatMap(([name, memory]) => (memory === undefined ? [name] : []));
  }

  /** Binding takes longer than copying a small batch. */
  feed(name: string, value: TensorData): void {
    const bound = this.#inputs.get(name);
    if (bound === undefined || String(bound.shape) !== String(value.shape)) this.#bind(name, value);
    else if (bound.bytes !== value.bytes) bound.bytes.set(value.bytes);
  }

  async run(): Promise<readonly NamedTensor[]> {
    this.#binding.run(this.#options);
    if (this.#own.length === 0) return [];
    const outputs = this.#binding.outputs();
    const own = this.#own.map((name): NamedTensor => [name, outputs.get(name)!.read()]);
    for (const value of outputs.values()) value.release();
    return own;
  }

  #bind(name: string, value: TensorData): void {
    this.#inputs.set(name, value);
    this.#binding.bindInput(name, value);
  }
}
