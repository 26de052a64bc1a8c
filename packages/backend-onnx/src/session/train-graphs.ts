import type { Graph } from '@forge-ml/onnx/graph';
import type { ModelGraphs } from '../model/build-graphs.js';
import { fuseSteps } from '../model/fuse-steps.js';
import type { StatefulGraph, TrainingReport } from '../model/training-graph.js';
import type { OrtWorker } from '../runtime/ort-worker.js';
import { GraphRunner } from './graph-runner.js';
import type { StepFeeds } from './step-feeds.js';
import { TrainGraph } from './train-graph.js';

/** What a session's training graphs are made for. */
export interface TrainGraphsOptions {
  readonly worker: OrtWorker;
  readonly session: number;
  readonly graphs: ModelGraphs;
  readonly feeds: StepFeeds;
  /** Whether several steps are one run of a graph with a loop: on a GPU, or where each run must copy the state. */
  readonly loops: boolean;
  readonly threadsFor?: ((graph: Graph) => number) | undefined;
}

/** The training graphs of a session: one for each report that a step was asked for. */
export class TrainGraphs {
  readonly #made = new Map<string, TrainGraph>();
  readonly #options: TrainGraphsOptions;

  constructor(options: TrainGraphsOptions) {
    this.#options = options;
  }

  /** Its ONNX Runtime sessions are opened on first use. */
  get({ outputs = false, gradients = false }: TrainingReport = {}): TrainGraph {
    const { graphs } = this.#options;
    // Kernels update by gradients that the graph returns anyway.
    const report = { outputs, gradients: gradients && graphs.kernelUpdate === undefined };
    const asked = [...(report.outputs ? ['outputs'] : []), ...(report.gradients ? ['gradients'] : [])];
    const name = asked.length === 0 ? 'train' : `train with ${asked.join(' and ')}`;
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    const made = this.#make(name, graphs.training(report));
    this.#made.set(name, made);
    return made;
  }

  #make(name: string, graph: StatefulGraph): TrainGraph {
    const { worker, session, graphs, feeds, loops, threadsFor } = this.#options;
    const { packed } = graphs;
    const fused = name.replace('train', 'train in blocks');
    return new TrainGraph({
      inputs: graph.inputs,
      feeds,
      update: graphs.kernelUpdate,
      single: new GraphRunner({ worker, session, name, graph, writes: graph.next, numbers: true, packed, threadsFor }),
      fused: loops
        ? new GraphRunner({ worker, session, name: fused, graph: () => fuseSteps(graph), writes: graph.next })
        : undefined,
    });
  }
}
