import { type Batch, describeTensor, ForgeError } from '@forge-ml/core/plugin';
import { toModel } from '@forge-ml/onnx';
import type { Graph } from '@forge-ml/onnx/graph';
import { walkGraph } from '@forge-ml/onnx/graph';
import { encode, modelProto } from '@forge-ml/onnx/proto';
import { OrtError, type OrtWorker, type RunResult } from './ort-worker.js';
import type { NamedTensor } from './protocol.js';
import { nodesForCpu } from './webgpu-unsupported.js';

/** A graph of a session, opened as an ONNX Runtime session in the worker on first use. */
export class GraphRunner {
  readonly #worker: OrtWorker;
  readonly #session: number;
  readonly #name: string;
  readonly #graph: Graph | (() => Graph);
  readonly #writes: ReadonlyMap<string, string>;
  #opened: Promise<unknown> | undefined;

  /**
   * @param name what the graph does, for messages: `train`, `evaluate`, …
   * @param graph or a function that builds it on first use
   * @param writes the outputs that become state, by the names of the state
   */
  constructor(
    worker: OrtWorker,
    session: number,
    name: string,
    graph: Graph | (() => Graph),
    writes: ReadonlyMap<string, string> = new Map(),
  ) {
    this.#worker = worker;
    this.#session = session;
    this.#name = name;
    this.#graph = graph;
    this.#writes = writes;
  }

  /** @throws ForgeError MODEL_INVALID where ONNX Runtime rejects the graph. */
  open(): Promise<unknown> {
    this.#opened ??= this.#open();
    return this.#opened;
  }

  /**
   * Runs the graph on the state of the session.
   * @param feeds transferred: their memory moves to the worker
   * @param batch the batch that they are from, for messages
   * @throws ForgeError MODEL_INVALID; the state is then unchanged.
   */
  async run(feeds: readonly NamedTensor[], batch: Batch): Promise<readonly NamedTensor[]> {
    return (await this.runTimed(feeds, batch)).tensors;
  }

  /** The same, with the time that ONNX Runtime computed. */
  async runTimed(feeds: readonly NamedTensor[], batch: Batch): Promise<RunResult> {
    await this.open();
    const request = { session: this.#session, graph: this.#name, feeds };
    const owned = feeds.map(([, { bytes }]) => bytes.buffer as ArrayBuffer);
    try {
      return await this.#worker.run(request, owned);
    } catch (error) {
      if (!(error instanceof OrtError)) throw error;
      const arrays = Object.entries(batch).map(([name, array]) => `${name}: ${describeTensor(array)}`);
      throw new ForgeError(
        'MODEL_INVALID',
        `ONNX Runtime could not ${this.#name} on the batch with ${arrays.join(', ')}: ${firstLine(error)}.`,
        {
          about: this.#name,
          hint: 'Look for values out of range, such as a label that is not a class, or a negative weight.',
          cause: error,
        },
      );
    }
  }

  async #open(): Promise<unknown> {
    const graph = typeof this.#graph === 'function' ? this.#graph() : this.#graph;
    const reads = walkGraph(graph).parameters.map(({ name }) => name);
    const writes = Array.from(this.#writes, ([state, output]) => [output, state] as const);
    const proto = toModel(graph, { parametersAs: 'inputs' });
    const model = encode(modelProto, proto);
    const forCpu = proto.graph === undefined ? [] : nodesForCpu(proto.graph);
    const request = { session: this.#session, name: this.#name, model, forCpu, reads, writes };
    try {
      return await this.#worker.ask({ kind: 'open', ...request });
    } catch (error) {
      if (!(error instanceof OrtError)) throw error;
      throw new ForgeError('MODEL_INVALID', `ONNX Runtime rejects the graph to ${this.#name}: ${firstLine(error)}.`, {
        about: this.#name,
        hint: 'Use operators that the engine supports for these types.',
        cause: error,
      });
    }
  }
}

function firstLine(error: Error): string {
  return error.message.split('\n')[0]!.replace(/\.$/, '');
}
