import { elements, type TensorData } from '@forge-ml/core/plugin';
import { cpuMemory, type RunOptions, type Session, type Value } from '@forge-ml/ort';
import type { DeviceCopies } from './device-copies.js';
import type { GraphRequest, NamedTensor, Results, RunInputs, RunOutputs } from './protocol.js';
import type { GraphSettings } from './session-config.js';
import type { WorkerSession } from './worker-session.js';

interface Model {
  readonly session: Session;
  readonly request: GraphRequest;
  /** The state that an output becomes, by the output. */
  readonly writes: ReadonlyMap<string, string>;
}

/** What a `ValueSession` needs of the native binding. */
export interface ValueRuntime {
  readonly runOptions: RunOptions;
  createSession(model: Uint8Array, settings?: GraphSettings): Session;
}

/**
 * A session whose state stays in the memory of a device, through the native binding. A run reads the state and returns
 * the next one in new memory, so that nothing is both read and written; only `set`, `get` and `give` copy it.
 */
export class ValueSession implements WorkerSession {
  readonly #runtime: ValueRuntime;
  readonly #copies: DeviceCopies;
  readonly #models = new Map<string, Model>();
  readonly #state = new Map<string, Value>();

  /** @param copies must not end before this session */
  constructor(runtime: ValueRuntime, copies: DeviceCopies) {
    this.#runtime = runtime;
    this.#copies = copies;
  }

  get size(): number {
    return this.#models.size + this.#state.size;
  }

  async open(request: GraphRequest): Promise<void> {
    const { roundsInTraining = false } = request;
    const session = this.#runtime.createSession(request.model, { roundsInTraining });
    this.#models.set(request.name, { session, request, writes: new Map(request.writes) });
  }

  set(tensors: readonly (readonly [name: string, value: TensorData])[]): void {
    const values = tensors.map(([name, value]) => [name, this.#copies.toDevice(value)] as const);
    for (const [name, value] of values) this.#keep(name, value);
  }

  async get(names: readonly string[]): Promise<readonly NamedTensor[]> {
    return this.#copied(names);
  }

  give(names: readonly string[], answer: (results: Results, transfer?: ArrayBuffer[]) => void): void {
    const tensors = this.#copied(names);
    answer(
      { tensors },
      tensors.map(([, { bytes }]) => bytes.buffer as ArrayBuffer),
    );
  }

  release(): void {}

  async run(graph: string, { feeds }: RunInputs): Promise<RunOutputs> {
    const { session, request, writes } = this.#models.get(graph)!;
    const outputs = this.#outputs(session, request, writes, feeds);
    const read = new Map<string, TensorData>();
    for (const [output, value] of outputs) {
      const state = writes.get(output);
      if (state !== undefined) {
        this.#keep(state, value);
        continue;
      }
      read.set(output, value.read());
      value.release();
    }
    const numbers = request.numbers.map(([output]) => Number(elements(read.get(output)!)[0]));
    for (const [output] of request.numbers) read.delete(output);
    return { numbers, tensors: [...read] };
  }

  async close(): Promise<void> {
    for (const value of this.#state.values()) value.release();
    this.#state.clear();
    for (const { session } of this.#models.values()) session.release();
    this.#models.clear();
  }

  /** Binds again for each run: a binding that is kept would hold the memory of a state that has been replaced. */
  #outputs(
    session: Session,
    { reads, outputs }: GraphRequest,
    writes: ReadonlyMap<string, string>,
    feeds: readonly NamedTensor[],
  ): ReadonlyMap<string, Value> {
    const binding = session.bind();
    try {
      for (const [name, value] of feeds) binding.bindInput(name, value);
      for (const name of reads) binding.bindInput(name, this.#state.get(name)!);
      for (const output of outputs) {
        binding.bindOutputToDevice(output, writes.has(output) ? this.#copies.memory : cpuMemory);
      }
      binding.run(this.#runtime.runOptions);
      return binding.outputs();
    } finally {
      binding.release();
    }
  }

  #copied(names: readonly string[]): readonly NamedTensor[] {
    return names.map((name) => [name, this.#copies.toHost(this.#state.get(name)!)]);
  }

  #keep(name: string, value: Value): void {
    this.#state.get(name)?.release();
    this.#state.set(name, value);
  }
}
