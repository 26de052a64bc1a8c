import { type Batch, type DType, describeTensor, ForgeError } from '@forge-ml/core/plugin';
import { quantizedProducts, toModel } from '@forge-ml/onnx';
import type { Graph, ParameterValue, Value } from '@forge-ml/onnx/graph';
import { rebuild, walkGraph } from '@forge-ml/onnx/graph';
import { encode, modelProto } from '@forge-ml/onnx/proto';
import { OrtError, type OrtWorker } from '../runtime/ort-worker.js';
import type { NamedTensor, RunInputs, RunOutputs } from '../runtime/protocol.js';
import type { GraphResults, SeveralResults } from './graph-results.js';
import { isNumber } from './results.js';
import { nodesForCpu } from './webgpu-unsupported.js';

export interface GraphRunnerParts {
  readonly worker: OrtWorker;
  readonly session: number;
  /** What the graph does, for messages: `train`, `evaluate`, … */
  readonly name: string;
  /** Or a function that builds it on first use. */
  readonly graph: Graph | (() => Graph);
  /** The outputs that become state, by the names of the state. Default: none. */
  readonly writes?: ReadonlyMap<string, string>;
  /** Whether its loss and stats are returned as numbers. Default: as tensors. */
  readonly numbers?: boolean;
  /** Weights of 4 bits that are given as bytes, by their constants. Default: none. */
  readonly packed?: ReadonlyMap<Value, ParameterValue>;
  /** Chooses the threads of a graph. Default: all that the worker may use. */
  readonly threadsFor?: ((graph: Graph) => number) | undefined;
}

/** A graph of a session, opened as an ONNX Runtime session in the worker on first use. */
export class GraphRunner {
  readonly #parts: GraphRunnerParts;
  #opened: Promise<readonly string[]> | undefined;

  constructor(parts: GraphRunnerParts) {
    this.#parts = parts;
  }

  /** @throws ForgeError MODEL_INVALID where ONNX Runtime rejects the graph. */
  async open(): Promise<void> {
    await this.#numbers();
  }

  /** The names of the outputs that are numbers. */
  #numbers(): Promise<readonly string[]> {
    this.#opened ??= this.#open();
    return this.#opened;
  }

  /**
   * Runs the graph on the state of the session.
   * @param feeds transferred: their memory moves to the worker
   * @param batch the batch that they are from, for messages
   * @throws ForgeError MODEL_INVALID; the state is then unchanged.
   */
  async run(feeds: readonly NamedTensor[], batch: Batch): Promise<GraphResults> {
    const { runs } = await this.runAll([{ feeds }], [batch]);
    return runs[0]!;
  }

  /**
   * Runs it several times, in order.
   * @param batches those of the feeds, for messages
   * @param continues whether to run them only if the runs before them have not failed
   * @throws ForgeError MODEL_INVALID if the first fails; where another does, the results of those before it are returned
   */
  async runAll(inputs: readonly RunInputs[], batches: readonly Batch[], continues = false): Promise<SeveralResults> {
    const names = await this.#numbers();
    const named = ({ numbers, tensors }: RunOutputs): GraphResults => {
      return { numbers: new Map(names.map((name, at) => [name, numbers[at]!])), tensors };
    };
    const owned = inputs.flatMap(({ feeds }) => feeds.map(([, { bytes }]) => bytes.buffer as ArrayBuffer));
    const { worker, session, name: graph } = this.#parts;
    const sent = performance.now();
    try {
      const { runs, compute } = await worker.run({ session, graph, runs: inputs, continues }, owned);
      return { runs: runs.map(named), sent, compute };
    } catch (error) {
      if (!(error instanceof OrtError)) throw error;
      if (error.runs.length > 0) return { runs: error.runs.map(named), sent, compute: [0, 0] };
      if (error.stopped) throw new ForgeError('STOPPED', `ONNX Runtime was interrupted when it was to ${graph}.`);
      throw failedOn(graph, batches[0]!, error);
    }
  }

  async #open(): Promise<readonly string[]> {
    const {
      worker,
      session,
      name,
      writes: state = [],
      numbers: returnsNumbers = false,
      packed,
      threadsFor,
    } = this.#parts;
    const given = typeof this.#parts.graph === 'function' ? this.#parts.graph() : this.#parts.graph;
    // Weights are inputs here. On the CPU, ONNX Runtime is slow with those that are quantized.
    const graph = worker.home === 'memory' ? rebuild(given, { rewrite: quantizedProducts(packed) }) : given;
    const reads = walkGraph(graph).parameters.map(({ name }) => name);
    const writes = Array.from(state, ([value, output]) => [output, value] as const);
    const proto = toModel(graph, { parametersAs: 'inputs' });
    const model = encode(modelProto, proto);
    const forCpu = proto.graph === undefined ? [] : nodesForCpu(proto.graph);
    const numbers = [...graph.outputs].flatMap(([output, value]): [string, DType][] => {
      // Losses and metrics are not of 4 bits.
      return returnsNumbers && isNumber(output) && value.shape.length === 0 ? [[output, value.dtype as DType]] : [];
    });
    const outputs = [...graph.outputs.keys()];
    const threads = threadsFor && { threads: threadsFor(graph) };
    const isTraining = writes.length > 0 || returnsNumbers;
    const roundsInTraining =
      isTraining && (proto.graph?.node.some(({ opType }) => opType === 'QuantizeLinear') ?? false);
    const request = { session, name, model, outputs, forCpu, reads, writes, numbers, roundsInTraining, ...threads };
    try {
      await worker.ask({ kind: 'open', ...request });
      return numbers.map(([output]) => output);
    } catch (error) {
      if (!(error instanceof OrtError)) throw error;
      throw new ForgeError('MODEL_INVALID', `ONNX Runtime rejects the graph to ${name}: ${firstLine(error)}.`, {
        about: name,
        hint: 'Use operators that the engine supports for these types.',
        cause: error,
      });
    }
  }
}

/** The error of a run that has failed. @param graph what it was to do */
export function failedOn(graph: string, batch: Batch, cause: Error): ForgeError {
  const arrays = Object.entries(batch).map(([name, array]) => `${name}: ${describeTensor(array)}`);
  return new ForgeError(
    'MODEL_INVALID',
    `ONNX Runtime could not ${graph} on the batch with ${arrays.join(', ')}: ${firstLine(cause)}.`,
    {
      about: graph,
      hint: 'Look for values out of range, such as a label that is not a class, or a negative weight.',
      cause,
    },
  );
}

function firstLine(error: Error): string {
  return error.message
    .split('\n')[0]!
    .replace(/^ONNX Runtime: /, '')
    .replace(/\.$/, '');
}
