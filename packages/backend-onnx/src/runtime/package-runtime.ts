import type { TensorData } from '@forge-ml/core/plugin';
import * as ort from 'onnxruntime-node';
import { fromOrt, sessionOptions, toOrt } from './ort-tensors.js';
import type { NamedTensor, WorkerOptions } from './protocol.js';
import type { BoundRun, Runtime, RuntimeModel } from './runtime.js';
import type { GraphSettings } from './session-config.js';

/** The package's own binding, `onnxruntime-node`. It copies every output once more, and rejects shared memory. */
export class PackageRuntime implements Runtime {
  readonly name = 'package';
  readonly shares = false;
  readonly #options: WorkerOptions;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  async open(model: Uint8Array, settings: GraphSettings = {}): Promise<RuntimeModel> {
    const { threads = this.#options.threads } = settings;
    const session = await ort.InferenceSession.create(model, {
      ...sessionOptions({ threads }, settings),
      enableMemPattern: false,
    });
    return {
      bind: (inputs, outputs) => new PackageRun(session, inputs, outputs),
      release: () => session.release(),
    };
  }

  allowRuns(): void {}

  end(): void {}
}

class PackageRun implements BoundRun {
  readonly #session: ort.InferenceSession;
  readonly #inputs: Record<string, ort.Tensor> = {};
  readonly #outputs: Record<string, ort.Tensor | null> = {};

  constructor(
    session: ort.InferenceSession,
    inputs: readonly NamedTensor[],
    outputs: readonly (readonly [name: string, memory: TensorData | undefined])[],
  ) {
    this.#session = session;
    for (const [name, value] of inputs) this.#inputs[name] = toOrt(value);
    for (const [name, memory] of outputs) this.#outputs[name] = memory === undefined ? null : toOrt(memory);
  }

  feed(name: string, value: TensorData): void {
    this.#inputs[name] = toOrt(value);
  }

  async run(): Promise<readonly NamedTensor[]> {
    const results = await this.#session.run(this.#inputs, this.#outputs);
    const own = Object.entries(results).filter(([name]) => this.#outputs[name] === null);
    return Promise.all(own.map(([name, value]) => fromOrt(name, value)));
  }
}
