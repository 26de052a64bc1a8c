import { type Batch, isForgeError } from '@forge-ml/core/plugin';
import { modelBytes } from '@forge-ml/onnx';
import type { Graph } from '@forge-ml/onnx/graph';
import { threadsForServing } from '../model/graph-work.js';
import { NativeRuntime } from '../runtime/native-runtime.js';
import type { BoundRun, RuntimeModel } from '../runtime/runtime.js';
import { feedsOf } from './batches.js';
import { failedOn } from './graph-runner.js';

/** The longest run that this thread waits for, ms: a server answers nothing else meanwhile. */
const longestWait = 1;

/** Sizes of open axes, by which threads are chosen: one example of so many tokens. */
const usualLength = 64;

/**
 * A model for prediction alone, in this thread, with its weights as constants: ONNX Runtime prepares them once. Short
 * runs are computed in this thread, others in one of Node's thread pool, one at a time.
 */
export class ServingModel {
  readonly #graph: Graph;
  readonly #runtime: NativeRuntime;
  readonly #model: RuntimeModel;
  #bound: BoundRun | undefined;
  /** The time of runs, ms for a byte that they read. Not known before the first one. */
  #pace = Number.POSITIVE_INFINITY;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(graph: Graph, runtime: NativeRuntime, model: RuntimeModel) {
    this.#graph = graph;
    this.#runtime = runtime;
    this.#model = model;
  }

  /** @throws ForgeError MODEL_INVALID where ONNX Runtime rejects the graph */
  static async open(graph: Graph, threads: number): Promise<ServingModel> {
    const chosen = threadsForServing(graph, sizesOf(graph), threads);
    const runtime = new NativeRuntime({ threads: chosen, provider: 'cpu', deviceId: undefined });
    try {
      return new ServingModel(graph, runtime, await runtime.open(modelBytes(graph), { threads: chosen }));
    } catch (error) {
      runtime.end();
      throw error;
    }
  }

  /** The outputs by name. @throws ForgeError DATA_INVALID, MODEL_INVALID */
  predict(batch: Batch): Promise<Batch> {
    const run = this.#last.then(() => this.#run(batch));
    this.#last = run.catch(() => undefined);
    return run;
  }

  async dispose(): Promise<void> {
    await this.#last;
    this.#runtime.end();
  }

  async #run(batch: Batch): Promise<Batch> {
    const feeds = feedsOf(batch, this.#graph.inputs);
    const bytes = feeds.reduce((sum, [, value]) => sum + value.bytes.length, 1);
    const outputs = [...this.#graph.outputs.keys()];
    const start = performance.now();
    try {
      if (this.#bound === undefined)
        this.#bound = this.#model.bind(
          feeds,
          outputs.map((name) => [name, undefined]),
        );
      else for (const [name, value] of feeds) this.#bound.feed(name, value);
      const isShort = bytes * this.#pace <= longestWait || this.#bound.runAside === undefined;
      const results = isShort ? await this.#bound.run() : await this.#bound.runAside!();
      const pace = (performance.now() - start) / bytes;
      this.#pace = Number.isFinite(this.#pace) ? (this.#pace + pace) / 2 : pace;
      return Object.fromEntries(results);
    } catch (error) {
      if (isForgeError(error) && error.code === 'MODEL_INVALID') throw failedOn('predict', batch, error);
      throw error;
    }
  }
}

/** One example; other open axes have a usual length. */
function sizesOf({ inputs }: Graph): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>([['batch', 1]]);
  for (const { shape } of inputs) {
    for (const [axis, dim] of shape.entries()) {
      if (typeof dim === 'string' && !sizes.has(dim)) sizes.set(dim, axis === 0 ? 1 : usualLength);
    }
  }
  return sizes;
}
