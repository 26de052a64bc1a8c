import type { TensorData } from '@forge-ml/core/plugin';
import * as ort from 'onnxruntime-node';
import { bytesOf, fromOrt, sessionOptions, toOrt } from './ort-tensors.js';
import type { GraphRequest, NamedTensor, Results, RunInputs, RunOutputs, WorkerOptions } from './protocol.js';
import type { WorkerSession } from './worker-session.js';

interface Model extends Pick<GraphRequest, 'reads' | 'writes' | 'numbers'> {
  readonly session: ort.InferenceSession;
}

/** State to be sent, as it was when it was requested. */
interface OutgoingState {
  readonly answer: (results: Results, transfer?: ArrayBuffer[]) => void;
  readonly tensors: readonly (readonly [name: string, tensor: ort.Tensor])[];
  readonly timer: NodeJS.Timeout;
}

/** How long state to be sent waits for the next update, ms: after that it is copied, because the worker is idle. */
const maxWait = 50;

/** A session whose graphs return the state as tensors of the package's binding, in the memory of a device or not. */
export class DeviceSession implements WorkerSession {
  readonly #options: WorkerOptions;
  readonly #later: (work: () => void) => void;
  readonly #models = new Map<string, Model>();
  /** The results of the last step, each in its own memory: no buffer is ever both read and written. */
  readonly #state = new Map<string, ort.Tensor>();
  #outgoing: OutgoingState | undefined;

  /** @param later does something after the requests that are waiting */
  constructor(options: WorkerOptions, later: (work: () => void) => void) {
    this.#options = options;
    this.#later = later;
  }

  get size(): number {
    return this.#models.size + this.#state.size;
  }

  async open(request: GraphRequest): Promise<void> {
    const { name, model, forCpu, reads, writes, numbers } = request;
    const { provider, deviceId, home } = this.#options;
    const session = await ort.InferenceSession.create(model, {
      ...sessionOptions(this.#options, request),
      executionProviders: [
        {
          name: provider,
          ...(deviceId === undefined ? {} : { deviceId }),
          ...(provider === 'webgpu' && forCpu.length > 0 ? { forceCpuNodeNames: forCpu } : {}),
        } as ort.InferenceSession.ExecutionProviderConfig,
      ],
      ...(home === 'device'
        ? { preferredOutputLocation: Object.fromEntries(writes.map(([output]) => [output, 'gpu-buffer'])) }
        : {}),
    });
    this.#models.set(name, { session, reads, writes, numbers });
  }

  set(tensors: readonly (readonly [name: string, value: TensorData])[]): void {
    this.#send();
    for (const [name, value] of tensors) this.#keep(name, toOrt(value));
  }

  get(names: readonly string[]): Promise<readonly NamedTensor[]> {
    return Promise.all(names.map((name) => fromOrt(name, this.#state.get(name)!)));
  }

  give(names: readonly string[], answer: OutgoingState['answer']): void {
    this.#send();
    const tensors = names.map((name) => [name, this.#state.get(name)!] as const);
    const timer = setTimeout(() => this.#later(() => this.#send()), maxWait);
    this.#outgoing = { answer, tensors, timer };
  }

  release(): void {}

  async run(graph: string, { feeds }: RunInputs): Promise<RunOutputs> {
    const model = this.#models.get(graph)!;
    const inputs: Record<string, ort.Tensor> = {};
    for (const [name, value] of feeds) inputs[name] = toOrt(value);
    for (const name of model.reads) inputs[name] = this.#state.get(name)!;
    const outputs = await model.session.run(inputs);
    const named = new Set<string>();
    for (const [output, name] of model.writes) {
      this.#keep(name, outputs[output]!);
      named.add(output);
    }
    if (named.size > 0) this.#send();
    const numbers: number[] = [];
    for (const [output] of model.numbers) {
      numbers.push(Number(((await outputs[output]!.getData()) as Float32Array)[0]));
      named.add(output);
    }
    const others = Object.entries(outputs).filter(([name]) => !named.has(name));
    return { numbers, tensors: await Promise.all(others.map(([name, value]) => fromOrt(name, value))) };
  }

  async close(): Promise<void> {
    this.#send();
    for (const value of this.#state.values()) dispose(value);
    this.#state.clear();
    for (const { session } of this.#models.values()) await session.release();
    this.#models.clear();
  }

  /** Sends the requested state: tensors that an update has replaced are moved, the others copied. */
  #send(): void {
    const outgoing = this.#outgoing;
    if (outgoing === undefined) return;
    this.#outgoing = undefined;
    clearTimeout(outgoing.timer);
    const moved: ArrayBuffer[] = [];
    const tensors = outgoing.tensors.map(([name, value]): NamedTensor => {
      const named = bytesOf(name, value, value.data);
      if (this.#state.get(name) !== value) moved.push(named[1].bytes.buffer as ArrayBuffer);
      return named;
    });
    outgoing.answer({ tensors }, moved);
  }

  #keep(name: string, value: ort.Tensor): void {
    const before = this.#state.get(name);
    if (before !== undefined) dispose(before);
    this.#state.set(name, value);
  }
}

/** Releases the memory of a device at once; the garbage collector does not know its size. */
function dispose(value: ort.Tensor): void {
  if (value.location === 'gpu-buffer') value.dispose();
}
