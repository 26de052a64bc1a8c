import type { InputValue } from '@forge-ml/onnx/graph';
import type { ModelGraphs } from '../model/build-graphs.js';
import { fuseSteps } from '../model/fuse-steps.js';
import type { StatefulGraph, TrainingReport } from '../model/training-graph.js';
import { GraphRunner } from './graph-runner.js';
import type { OrtWorker } from './ort-worker.js';

/** A training graph, for single and for fused steps. */
export interface TrainGraph {
  readonly inputs: readonly InputValue[];
  readonly single: GraphRunner;
  readonly fused: GraphRunner;
}

/** The training graphs of a session: one for each report that a step was asked for. */
export class TrainGraphs {
  readonly #made = new Map<string, TrainGraph>();
  readonly #worker: OrtWorker;
  readonly #session: number;
  readonly #graphs: ModelGraphs;

  constructor(worker: OrtWorker, session: number, graphs: ModelGraphs) {
    this.#worker = worker;
    this.#session = session;
    this.#graphs = graphs;
  }

  /** Its ONNX Runtime sessions are opened on first use. */
  get(report: TrainingReport = {}): TrainGraph {
    const asked = [...(report.outputs ? ['outputs'] : []), ...(report.gradients ? ['gradients'] : [])];
    const name = asked.length === 0 ? 'train' : `train with ${asked.join(' and ')}`;
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    const made = this.#make(name, this.#graphs.training(report));
    this.#made.set(name, made);
    return made;
  }

  #make(name: string, graph: StatefulGraph): TrainGraph {
    const fused = name.replace('train', 'train in blocks');
    return {
      inputs: graph.inputs,
      single: new GraphRunner(this.#worker, this.#session, name, graph, graph.next),
      fused: new GraphRunner(this.#worker, this.#session, fused, () => fuseSteps(graph), graph.next),
    };
  }
}
