import type { TensorData } from '@forge-ml/core/plugin';
import {
  type Binding,
  type Ort,
  openOrt,
  type Provider,
  type RunOptions,
  type Session,
  type TerminateHandle,
} from '@forge-ml/ort';
import type { DeviceCopies } from './device-copies.js';
import type { NamedTensor, WorkerOptions } from './protocol.js';
import type { BoundRun, Runtime, RuntimeModel } from './runtime.js';
import { type GraphSettings, sessionConfig } from './session-config.js';
import type { ValueRuntime } from './value-session.js';
import type { WorkerSession } from './worker-session.js';

type NativeOptions = Pick<WorkerOptions, 'threads' | 'provider' | 'deviceId'>;

/** The C API, which reads and writes shared memory in place. */
export class NativeRuntime implements Runtime, ValueRuntime {
  readonly name = 'native';
  readonly shares = true;
  readonly terminate: TerminateHandle;
  readonly runOptions: RunOptions;
  readonly #ort: Ort;
  readonly #options: NativeOptions;
  readonly #providers: readonly Provider[];
  #copies: DeviceCopies | undefined;

  /** @throws ForgeError ENGINE_UNUSABLE where the C API cannot be used here */
  constructor(options: NativeOptions) {
    this.#ort = openOrt();
    this.runOptions = this.#ort.createRunOptions();
    this.terminate = this.runOptions.handle;
    this.#options = options;
    const device = { device_id: String(options.deviceId ?? 0) };
    this.#providers = options.provider === 'cuda' ? [{ name: 'cuda', options: device }] : [];
  }

  get stateCopies(): number {
    return this.#copies?.count ?? 0;
  }

  async open(model: Uint8Array, settings?: GraphSettings): Promise<RuntimeModel> {
    const session = this.createSession(model, settings);
    return {
      bind: (inputs, outputs) => new NativeRun(session, this.runOptions, inputs, outputs),
      release: () => session.release(),
    };
  }

  createSession(model: Uint8Array, settings: GraphSettings = {}): Session {
    const { threads = this.#options.threads } = settings;
    const config = Object.fromEntries(
      Object.entries(sessionConfig(settings)).map(([name, value]) => [`session.${name}`, value]),
    );
    const memoryPattern = this.#options.provider === 'cuda';
    return this.#ort.createSession(model, { threads, config, providers: this.#providers, memoryPattern });
  }

  async openOnDevice(memory: string): Promise<WorkerSession> {
    // Loaded only where it is used: it makes graphs.
    const [{ DeviceCopies }, { ValueSession }] = await Promise.all([
      import('./device-copies.js'),
      import('./value-session.js'),
    ]);
    const device = this.#options.deviceId ?? 0;
    this.#copies ??= new DeviceCopies({ name: memory, device }, (model) => this.createSession(model));
    return new ValueSession(this, this.#copies);
  }

  allowRuns(): void {
    this.runOptions.unset();
  }

  end(): void {
    this.#ort.release();
  }
}

/** Copying this many bytes takes as long as binding an input again, which is a microsecond. */
const mostCopied = 16_384;

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

  feed(name: string, value: TensorData): void {
    const bound = this.#inputs.get(name);
    const isLarge = value.bytes.length > mostCopied;
    if (bound === undefined || isLarge || String(bound.shape) !== String(value.shape)) this.#bind(name, value);
    else if (bound.bytes !== value.bytes) bound.bytes.set(value.bytes);
  }

  async run(): Promise<readonly NamedTensor[]> {
    this.#binding.run(this.#options);
    return this.#results();
  }

  async runAside(): Promise<readonly NamedTensor[]> {
    await this.#binding.runAside(this.#options);
    return this.#results();
  }

  #results(): readonly NamedTensor[] {
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
