import type { DType, TensorData } from '@forge-ml/core/plugin';
import { bytesPerElement, elements } from '@forge-ml/core/plugin';
import type { GraphRequest, NamedTensor, RunOutputs } from './protocol.js';
import type { BoundRun, RuntimeModel } from './runtime.js';
import type { StateLayout } from './state-layout.js';
import type { StateMemory } from './state-memory.js';

/** Memory for one number, with a cache line of its own. */
const numberBytes = 64;

/** A graph that reads the state where it is, and writes gradients and state where they belong. */
export class MemoryGraph {
  readonly #model: RuntimeModel;
  readonly #request: GraphRequest;
  readonly #state: StateMemory;
  readonly #layout: StateLayout;
  readonly #numbers: readonly NamedTensor[];
  /** By the places of the state: binding takes longer than running a small model. */
  readonly #bound = new Map<string, BoundRun>();

  constructor(model: RuntimeModel, request: GraphRequest, state: StateMemory, layout: StateLayout, shared: boolean) {
    this.#model = model;
    this.#request = request;
    this.#state = state;
    this.#layout = layout;
    const size = Math.max(1, request.numbers.length) * numberBytes;
    const memory = shared ? new SharedArrayBuffer(size) : new ArrayBuffer(size);
    this.#numbers = request.numbers.map(([name, dtype], at) => [name, numberAt(memory, at * numberBytes, dtype)]);
  }

  async run(feeds: readonly NamedTensor[]): Promise<RunOutputs> {
    const { places } = this.#state;
    const bound = this.#bound.get(places) ?? this.#bind(places, feeds);
    for (const [name, value] of feeds) bound.feed(name, value);
    const tensors = await bound.run();
    if (this.#request.writes.length > 0) this.#state.commit('written', this.#state.target('written'));
    return { numbers: this.#numbers.map(([, value]) => Number(elements(value)[0])), tensors };
  }

  async release(): Promise<void> {
    await this.#model.release();
  }

  #bind(places: string, feeds: readonly NamedTensor[]): BoundRun {
    const { reads, writes } = this.#request;
    const inputs = reads.map((name): NamedTensor => [name, this.#state.view(name)]);
    const target = this.#state.target('written');
    const known = new Map<string, TensorData>([
      ...this.#numbers,
      ...writes.map(([output, name]) => [output, this.#state.view(name, target)] as const),
      ...this.#request.outputs.flatMap((output) => this.#gradient(output)),
    ]);
    const outputs = this.#request.outputs.map((output) => [output, known.get(output)] as const);
    const bound = this.#model.bind([...inputs, ...feeds], outputs);
    this.#bound.set(places, bound);
    return bound;
  }

  #gradient(output: string): NamedTensor[] {
    const place = this.#layout.gradients.get(output);
    if (place === undefined) return [];
    const { shape } = this.#state.view(output.replace(/^gradient\//, ''));
    return [[output, { dtype: 'float32', shape, bytes: this.#state.bytesAt(place, 'float32', shape) }]];
  }
}

function numberAt(memory: ArrayBufferLike, offset: number, dtype: DType): TensorData {
  return { dtype, shape: [], bytes: new Uint8Array(memory, offset, bytesPerElement[dtype]) };
}
