import type { TensorData } from '@forge-ml/core/plugin';
import type { UpdatePlan } from '../model/update-plan.js';
import { KernelUpdates } from './kernel-updates.js';
import { kernelsFor, type OpenKernels } from './kernels-for.js';
import { MemoryGraph } from './memory-graph.js';
import type { GraphRequest, NamedTensor, Results, RunInputs, RunOutputs } from './protocol.js';
import type { Runtime } from './runtime.js';
import type { StateLayout } from './state-layout.js';
import { StateMemory } from './state-memory.js';
import type { WorkerSession } from './worker-session.js';

/** What a session's memory is laid out for. */
export interface SessionMemory {
  readonly layout: StateLayout;
  /** Undefined where graphs make all updates. */
  readonly plan: UpdatePlan | undefined;
}

/** A session whose state is in memory of its own, which ONNX Runtime and the kernels share. */
export class MemorySession implements WorkerSession {
  readonly #runtime: Runtime;
  readonly #layout: StateLayout;
  readonly #state: StateMemory;
  readonly #kernels: OpenKernels | undefined;
  readonly #updates: KernelUpdates | undefined;
  readonly #graphs = new Map<string, MemoryGraph>();

  private constructor(runtime: Runtime, { layout, plan }: SessionMemory, state: StateMemory, kernels?: OpenKernels) {
    this.#runtime = runtime;
    this.#layout = layout;
    this.#state = state;
    this.#kernels = kernels;
    if (plan && kernels) this.#updates = new KernelUpdates(plan, layout, state, kernels.kernels);
  }

  static async open(runtime: Runtime, memory: SessionMemory, threads: number): Promise<MemorySession> {
    const state = new StateMemory(memory.layout, runtime.shares);
    const kernels = memory.plan && (await kernelsFor(memory.plan, state, threads));
    return new MemorySession(runtime, memory, state, kernels);
  }

  get size(): number {
    return this.#graphs.size + this.#state.size;
  }

  /** Those that other threads can read and write; empty where they are not shared. */
  get memories(): readonly SharedArrayBuffer[] {
    return this.#state.memories.flatMap(({ buffer }) => (buffer instanceof SharedArrayBuffer ? [buffer] : []));
  }

  async open(request: GraphRequest): Promise<void> {
    const model = await this.#runtime.open(request.model, request);
    this.#graphs.set(request.name, new MemoryGraph(model, request, this.#state, this.#layout, this.#runtime.shares));
  }

  set(tensors: readonly (readonly [name: string, value: TensorData | number])[]): void {
    this.#state.set(tensors);
  }

  async get(names: readonly string[]): Promise<readonly NamedTensor[]> {
    return names.map((name): NamedTensor => {
      const { bytes, ...type } = this.#state.view(name);
      return [name, { ...type, bytes: bytes.slice() }];
    });
  }

  give(names: readonly string[], answer: (results: Results, transfer?: ArrayBuffer[]) => void): void {
    if (this.#runtime.shares && this.#state.lend()) {
      answer({ tensors: names.map((name) => [name, this.#state.view(name)]), lent: true });
      return;
    }
    this.get(names).then((tensors) => answer({ tensors }, memoryOf(tensors)));
  }

  release(): void {
    this.#state.release();
  }

  async run(graph: string, { feeds, update, reportsGradients }: RunInputs): Promise<RunOutputs> {
    const outputs = await this.#graphs.get(graph)!.run(feeds);
    if (update === undefined || this.#updates === undefined) return outputs;
    const report = this.#updates.make(update, reportsGradients);
    return { ...outputs, tensors: [...outputs.tensors, ...report] };
  }

  async close(): Promise<void> {
    for (const graph of this.#graphs.values()) await graph.release();
    this.#graphs.clear();
    await this.#kernels?.end();
  }
}

function memoryOf(tensors: readonly NamedTensor[]): ArrayBuffer[] {
  return tensors.map(([, { bytes }]) => bytes.buffer as ArrayBuffer);
}
