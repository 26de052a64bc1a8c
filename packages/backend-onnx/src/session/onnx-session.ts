import {
  type Batch,
  type EvaluateRequest,
  ForgeError,
  type FusedSteps,
  type NamedFiles,
  numberOfLoss,
  type ParameterInfo,
  type ParametersFile,
  RandomStream,
  type SessionState,
  type Stats,
  type StepRequest,
  type TrainSession,
} from '@forge-ml/core/plugin';
import type { Graph } from '@forge-ml/onnx/graph';
import type { ModelGraphs } from '../model/build-graphs.js';
import { checkInferenceModel, inferenceModel, modelName } from '../model/inference-model.js';
import { bytesRead, feedsOf } from './batches.js';
import { packageVersion } from './engines.js';
import { EvaluationGraphs } from './evaluation-graphs.js';
import { GraphRunner } from './graph-runner.js';
import type { OrtWorker, RunResult } from './ort-worker.js';
import type { NamedTensor } from './protocol.js';
import { gradientsOf, outputsAt, outputsOf, statsAt } from './results.js';
import { copied, reportSpans } from './spans.js';
import { arraysOf, StepFeeds } from './step-feeds.js';
import { StepFusion } from './step-fusion.js';
import { type TrainGraph, TrainGraphs } from './train-graphs.js';
import { WorkerState } from './worker-state.js';

export interface SessionParts {
  readonly worker: OrtWorker;
  readonly graphs: ModelGraphs;
  readonly artefacts: Readonly<Record<string, unknown>>;
  readonly seed: number;
  /** Whether the state is in the memory of a device, and must be copied from it. */
  readonly stateOnDevice: boolean;
}

/** A model on ONNX Runtime, ready to train. Every step is a pure function of state, batch, seed and step. */
export class OnnxSession implements TrainSession {
  readonly artefacts: Readonly<Record<string, unknown>>;
  readonly parameters: readonly ParameterInfo[];
  readonly warnings: readonly string[];
  readonly fused: FusedSteps;
  readonly labels?: readonly string[];
  readonly observe?: (stats: Stats) => void;
  /** Absent where the state is on a device: copying it from there is a copy anyway. */
  readonly captureAside?: () => Promise<SessionState>;
  readonly #worker: OrtWorker;
  readonly #graphs: ModelGraphs;
  readonly #session: number;
  readonly #feeds: StepFeeds;
  readonly #train: TrainGraphs;
  readonly #evaluate: EvaluationGraphs;
  readonly #predict: GraphRunner | undefined;
  readonly #fusion = new StepFusion();
  readonly #state: WorkerState;
  #intact = true;

  private constructor({ worker, graphs, artefacts, seed, stateOnDevice }: SessionParts) {
    const { prediction, labels } = graphs;
    const session = worker.newSession();
    this.#worker = worker;
    this.#graphs = graphs;
    this.#session = session;
    if (graphs.updates.some(({ plateau }) => plateau !== undefined)) {
      this.observe = (stats) => {
        for (const { plateau } of graphs.updates) plateau?.observe(stats);
      };
    }
    this.#feeds = new StepFeeds(graphs, RandomStream.of(seed, 'dropout'));
    this.#train = new TrainGraphs(worker, session, graphs);
    this.#evaluate = new EvaluationGraphs(worker, session, graphs);
    if (labels !== undefined) this.labels = labels;
    this.#predict = prediction === null ? undefined : new GraphRunner(worker, session, 'predict', prediction);
    this.#state = new WorkerState(worker, session, graphs, stateOnDevice);
    if (!stateOnDevice) this.captureAside = () => this.#state.captureAside();
    this.artefacts = artefacts;
    this.warnings = graphs.warnings;
    this.parameters = graphs.parameters.map(({ name, initial: { dtype, shape } }) => {
      return { name, dtype, shape, trainable: graphs.trained.has(name) };
    });
    const fusion = this.#fusion;
    this.fused = {
      get most() {
        return fusion.most;
      },
      steps: (batches, request) => this.#steps(batches, request),
    };
  }

  /** @throws ForgeError MODEL_INVALID where ONNX Runtime rejects the training graph. */
  static async open(parts: SessionParts): Promise<OnnxSession> {
    const session = new OnnxSession(parts);
    try {
      await session.#state.initialize();
      await session.#train.get().single.open();
      // Fail now, not at the first save.
      if (parts.graphs.prediction !== null) checkInferenceModel(parts.graphs.prediction);
    } catch (error) {
      await session.dispose();
      throw error;
    }
    return session;
  }

  /** A graph that fails does not change the state; a receiver of outputs that fails does so after the update. */
  get intact(): boolean {
    return this.#intact;
  }

  async step(batch: Batch, request: StepRequest): Promise<Stats> {
    const graph = this.#trainingFor(request);
    const feeds = copied(request, () => this.#feeds.single(graph.inputs, batch, request));
    await graph.single.open();
    const results = await this.#timed(graph, [batch], request, () => graph.single.runTimed(feeds, batch));
    const { step, onOutputs, onGradients } = request;
    this.#report(() => {
      onOutputs?.(outputsOf(results), 0);
      onGradients?.(gradientsOf(results, this.#updatedAt(step)));
    });
    return this.#statsAt(results, step);
  }

  async evaluate(batch: Batch, { weights = 'parameters', onOutputs }: EvaluateRequest = {}): Promise<Stats> {
    if (onOutputs) this.#requirePredict();
    const averages = weights === 'ema';
    if (averages && this.#graphs.averages.size === 0) throw noAverages();
    const { inputs, runner } = this.#evaluate.get({ averages, outputs: onOutputs !== undefined });
    const results = await runner.run(feedsOf(batch, inputs), batch);
    onOutputs?.(outputsOf(results));
    return statsAt(results);
  }

  learningRate(step: number): number | Readonly<Record<string, number>> {
    const rates = this.#graphs.updates.map(({ name, schedule }) => [name, schedule.rate({ step })] as const);
    return rates[0]![0] === undefined ? rates[0]![1] : Object.fromEntries(rates);
  }

  async predict(inputs: Batch): Promise<Batch> {
    const { prediction, runner } = this.#requirePredict();
    return Object.fromEntries(await runner.run(feedsOf(inputs, prediction.inputs), inputs));
  }

  /** @throws ForgeError ABILITY_MISSING for a model without outputs */
  #requirePredict(): { readonly prediction: Graph; readonly runner: GraphRunner } {
    const { prediction } = this.#graphs;
    if (prediction !== null && this.#predict !== undefined) return { prediction, runner: this.#predict };
    throw new ForgeError('ABILITY_MISSING', 'This model has no predict, only a loss.', {
      about: 'predict',
      hint: 'Give the model a predict: (batch, context) => outputs.',
    });
  }

  capture(): Promise<SessionState> {
    return this.#state.capture();
  }

  restore(state: SessionState): Promise<void> {
    return this.#state.restore(state);
  }

  /** The inference graph; none for a model without `predict`. */
  checkpointFiles(parameters: ParametersFile): NamedFiles {
    const { prediction } = this.#graphs;
    return new Map(prediction === null ? [] : [[modelName, inferenceModel(prediction, parameters, packageVersion())]]);
  }

  liveTensors(): number {
    return this.#worker.alive;
  }

  async dispose(): Promise<void> {
    await this.#worker.ask({ kind: 'close', session: this.#session });
  }

  async #steps(batches: readonly Batch[], request: StepRequest): Promise<readonly Stats[]> {
    const graph = this.#trainingFor(request);
    const feeds = copied(request, () => this.#feeds.fused(graph.inputs, batches, request));
    // Not timed: opening ONNX Runtime's session takes as long as many updates.
    await graph.fused.open();
    const results = await this.#timed(graph, batches, request, () => graph.fused.runTimed(feeds, batches[0]!));
    const outputs = outputsOf(results);
    this.#report(() => {
      for (const index of batches.keys()) request.onOutputs?.(outputsAt(outputs, index), index);
    });
    return batches.map((_, index) => this.#statsAt(results, request.step + index, index));
  }

  /** The numbers of a step: only the losses of updates that were made. */
  #statsAt(results: readonly NamedTensor[], step: number, index = 0): Stats {
    const omitted = this.#graphs.updates.filter(({ schedule }) => !schedule.isMade(step)).map(numberOfLoss);
    const stats = statsAt(results, index);
    return omitted.length === 0
      ? stats
      : Object.fromEntries(Object.entries(stats).filter(([name]) => !omitted.includes(name)));
  }

  /** The parameters that a step changes. */
  #updatedAt(step: number): readonly string[] {
    const updates = this.#graphs.updates.filter(({ schedule }) => schedule.isDue(step));
    return updates.flatMap(({ parameters }) => parameters.map(({ name }) => name));
  }

  #report(call: () => void): void {
    this.#intact = false;
    call();
    this.#intact = true;
  }

  #trainingFor({ onOutputs, onGradients }: StepRequest): TrainGraph {
    if (onOutputs) this.#requirePredict();
    return this.#train.get({ outputs: onOutputs !== undefined, gradients: onGradients !== undefined });
  }

  async #timed(
    { inputs }: TrainGraph,
    batches: readonly Batch[],
    { onSpan }: StepRequest,
    run: () => Promise<RunResult>,
  ): Promise<readonly NamedTensor[]> {
    const start = performance.now();
    const { tensors, compute } = await run();
    const bytes = batches.length * bytesRead(batches[0]!, arraysOf(inputs));
    this.#fusion.record(batches.length, performance.now() - start, bytes);
    if (onSpan) this.#report(() => reportSpans(onSpan, start, compute));
    return tensors;
  }
}

function noAverages(): ForgeError {
  return new ForgeError('ABILITY_MISSING', 'This model has no moving average of its parameters to evaluate.', {
    about: 'ema',
    hint: 'Build it with ema, the decay of the average.',
  });
}
