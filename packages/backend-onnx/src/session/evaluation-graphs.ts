import type { Graph, InputValue } from '@forge-ml/onnx/graph';
import type { ModelGraphs } from '../model/build-graphs.js';
import type { EvaluationReport } from '../model/evaluation-graph.js';
import type { OrtWorker } from '../runtime/ort-worker.js';
import { GraphRunner } from './graph-runner.js';

export interface EvaluationGraph {
  readonly inputs: readonly InputValue[];
  readonly runner: GraphRunner;
}

/** The evaluation graphs of a session: one for each report that an evaluation was asked for. */
export class EvaluationGraphs {
  readonly #made = new Map<string, EvaluationGraph>();
  readonly #worker: OrtWorker;
  readonly #session: number;
  readonly #graphs: ModelGraphs;
  readonly #threadsFor: ((graph: Graph) => number) | undefined;

  constructor(worker: OrtWorker, session: number, graphs: ModelGraphs, threadsFor?: (graph: Graph) => number) {
    this.#worker = worker;
    this.#session = session;
    this.#graphs = graphs;
    this.#threadsFor = threadsFor;
  }

  get(report: EvaluationReport): EvaluationGraph {
    const name = `evaluate${report.averages ? ' moving averages' : ''}${report.outputs ? ' with outputs' : ''}`;
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    const graph = this.#graphs.evaluation(report);
    const parts = {
      worker: this.#worker,
      session: this.#session,
      name,
      graph,
      numbers: true,
      packed: this.#graphs.packed,
      threadsFor: this.#threadsFor,
    };
    const made = { inputs: graph.inputs, runner: new GraphRunner(parts) };
    this.#made.set(name, made);
    return made;
  }
}
