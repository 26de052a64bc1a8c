import {
  type Batch,
  type EvaluateRequest,
  ForgeError,
  type FusedSteps,
  type NamedFiles,
  numberOfLoss,
  type ParameterInfo,
  type ParametersFile,
  type ParameterTotal,
  RandomStream,
  type SessionState,
  type Stats,
  type StepRequest,
  sizeOf,
  type TrainSession,
} from '@forge-ml/core/plugin';
import { byteLengthOf, type Graph, numbersOf, type ParameterValue } from '@forge-ml/onnx/graph';
import type { ModelGraphs } from '../model/build-graphs.js';
import {
  adaptedExportName,
  adaptedModel,
  adaptedName,
  checkInferenceModel,
  exportedModel,
  exportName,
  inferenceModel,
  modelName,
} from '../model/inference-model.js';
import type { StateHome } from '../model/state-home.js';
import { finiteName } from '../model/update-plan.js';
import type { OrtWorker } from '../runtime/ort-worker.js';
import { reportSpans } from '../runtime/spans.js';
import { bytesRead, feedsOf } from './batches.js';
import { packageVersion } from './engines.js';
import { EvaluationGraphs } from './evaluation-graphs.js';
import type { GraphResults } from './graph-results.js';
import { GraphRunner } from './graph-runner.js';
import { locateNotFinite } from './locate-not-finite.js';
import { gradientsOf, outputsOf, statsOf } from './results.js';
import { arraysOf, StepFeeds } from './step-feeds.js';
import { StepFusion } from './step-fusion.js';
import type { TrainGraph } from './train-graph.js';
import { TrainGraphs } from './train-graphs.js';
import { WorkerState } from './worker-state.js';

export interface SessionParts {
  readonly worker: OrtWorker;
  readonly graphs: ModelGraphs;
  readonly artefacts: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly home: StateHome;
  readonly threadsFor?: (graph: Graph) => number;
}

/** A model on ONNX Runtime, ready to train. Every step is a pure function of state, batch, seed and step. */
export class OnnxSession implements TrainSession {
  readonly artefacts: Readonly<Record<string, unknown>>;
  readonly parameters: readonly ParameterInfo[];
  readonly base?: ParameterTotal;
  readonly warnings: readonly string[];
  readonly fused: FusedSteps;
  readonly labels?: readonly string[];
  readonly observe?: (stats: Stats) => void;
  /** Of mixed precision. */
  readonly gauges?: () => Stats;
  /** Absent where only a graph can copy the state from its device: that is a run of its own. */
  readonly captureAside?: () => Promise<SessionState>;
  readonly #worker: OrtWorker;
  readonly #graphs: ModelGraphs;
  readonly #session: number;
  readonly #train: TrainGraphs;
  readonly #evaluate: EvaluationGraphs;
  readonly #predict: GraphRunner | undefined;
  readonly #fusion = new StepFusion();
  readonly #state: WorkerState;
  #intact = true;

  private constructor({ worker, graphs, artefacts, seed, home, threadsFor }: SessionParts) {
    const { prediction, labels, packed } = graphs;
    const session = worker.newSession();
    this.#worker = worker;
    this.#graphs = graphs;
    this.#session = session;
    if (graphs.updates.some(({ plateau }) => plateau !== undefined)) {
      this.observe = (stats) => {
        for (const { plateau } of graphs.updates) plateau?.observe(stats);
      };
    }
    const lossScales = graphs.updates.flatMap(({ lossScale }) => lossScale ?? []);
    if (lossScales.length > 0) {
      this.gauges = () => Object.assign({}, ...lossScales.map(({ gauges }) => gauges)) as Stats;
    }
    const feeds = new StepFeeds(graphs, RandomStream.of(seed, 'dropout'));
    this.#train = new TrainGraphs({ worker, session, graphs, feeds, loops: home !== 'memory', threadsFor });
    this.#evaluate = new EvaluationGraphs(worker, session, graphs, threadsFor);
    if (labels !== undefined) this.labels = labels;
    this.#predict =
      prediction === null
        ? undefined
        : new GraphRunner({ worker, session, name: 'predict', graph: prediction, packed, threadsFor });
    this.#state = new WorkerState(worker, session, graphs, home);
    if (home !== 'device') this.captureAside = () => this.#state.captureAside();
    this.artefacts = artefacts;
    this.warnings = graphs.warnings;
    const hashes = new Set(graphs.base.files.map(({ hash }) => hash));
    this.parameters = graphs.parameters.map((parameter) => {
      const { name, initial } = parameter;
      const { dtype, shape } = initial;
      const info = { name, dtype, shape, trainable: graphs.trained.has(name) };
      return hashes.has(parameter) ? { ...info, fingerprint: true } : info;
    });
    if (graphs.base.values.length > 0) this.base = totalOf(graphs.base.values);
    const fusion = this.#fusion;
    this.fused = {
      get most() {
        return lossScales.length > 0 ? 1 : fusion.most;
      },
      steps: (batches, request) => this.#steps(batches, request),
    };
  }

  /** @throws ForgeError MODEL_INVALID where ONNX Runtime rejects the training graph. */
  static async open(parts: SessionParts): Promise<OnnxSession> {
    const session = new OnnxSession(parts);
    try {
      await session.#state.initialize();
      await session.#train.get().open();
      // Fail now, not at the first save.
      if (parts.graphs.prediction !== null) checkInferenceModel(parts.graphs.prediction, parts.graphs.base.files);
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
    const [results] = await this.#run([batch], request);
    const { step, onOutputs, onGradients } = request;
    const made = this.#follow(results!, step);
    this.#report(() => {
      onOutputs?.(outputsOf(results!.tensors), 0);
      onGradients?.(gradientsOf(results!.tensors, made));
    });
    return this.#statsAt(results!, step);
  }

  async locateNotFinite(batch: Batch): Promise<string | undefined> {
    return locateNotFinite(this.#worker, this.#graphs, batch, (await this.capture()).parameters);
  }

  interrupt(): void {
    this.#worker.interrupt();
  }

  async evaluate(batch: Batch, { weights = 'parameters', onOutputs }: EvaluateRequest = {}): Promise<Stats> {
    if (onOutputs) this.#requirePredict();
    const averages = weights === 'ema';
    if (averages && this.#graphs.averages.size === 0) throw noAverages();
    const { inputs, runner } = this.#evaluate.get({ averages, outputs: onOutputs !== undefined });
    const results = await runner.run(feedsOf(batch, inputs), batch);
    onOutputs?.(outputsOf(results.tensors));
    return statsOf(results.numbers);
  }

  learningRate(step: number): number | Readonly<Record<string, number>> {
    const rates = this.#graphs.updates.map(({ name, schedule }) => [name, schedule.rate({ step })] as const);
    return rates[0]![0] === undefined ? rates[0]![1] : Object.fromEntries(rates);
  }

  async predict(inputs: Batch): Promise<Batch> {
    const { prediction, runner } = this.#requirePredict();
    const { tensors } = await runner.run(feedsOf(inputs, prediction.inputs), inputs);
    return Object.fromEntries(tensors);
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

  /** The inference graph, and what is exported in its place; none for a model without `predict`. */
  checkpointFiles(parameters: ParametersFile): NamedFiles {
    const { prediction, exported, base } = this.#graphs;
    const files = new Map<string, Uint8Array>();
    const version = packageVersion();
    const isAdapted = base.files.length > 0;
    if (prediction !== null && isAdapted) files.set(adaptedName, adaptedModel(prediction, base, version));
    if (exported !== null && isAdapted) files.set(adaptedExportName, adaptedModel(exported, base, version));
    if (prediction !== null && !isAdapted) files.set(modelName, inferenceModel(prediction, parameters, version));
    if (exported !== null && !isAdapted) files.set(exportName, exportedModel(exported, parameters, version));
    return files;
  }

  liveTensors(): number {
    return this.#worker.alive;
  }

  /** Tensors of state that the engine has copied between the host and the device; undefined if it does not count them. */
  get stateCopies(): number | undefined {
    return this.#worker.stateCopies;
  }

  async dispose(): Promise<void> {
    await this.#worker.ask({ kind: 'close', session: this.#session });
  }

  async #steps(batches: readonly Batch[], request: StepRequest): Promise<readonly Stats[]> {
    const { onGradients: _, ...asked } = request;
    if (this.gauges !== undefined) return this.#stepsOneByOne(batches, asked);
    const runs = await this.#run(batches, asked);
    this.#report(() => {
      for (const [index, { tensors }] of runs.entries()) request.onOutputs?.(outputsOf(tensors), index);
    });
    return runs.map((results, index) => this.#statsAt(results, request.step + index));
  }

  /** The loss scale of a step depends on the gradients of the one before it. */
  async #stepsOneByOne(batches: readonly Batch[], request: StepRequest): Promise<readonly Stats[]> {
    const done: Stats[] = [];
    for (const [index, batch] of batches.entries()) {
      const { onOutputs } = request;
      const own = onOutputs && ((outputs: Batch) => onOutputs(outputs, index));
      try {
        done.push(await this.step(batch, { ...request, step: request.step + index, onOutputs: own }));
      } catch (error) {
        if (index === 0) throw error;
        break;
      }
    }
    return done;
  }

  /** Adapts loss scales to what a step has computed. @returns the parameters that it has changed */
  #follow({ tensors }: GraphResults, step: number): readonly string[] {
    const found = new Map(tensors);
    return this.#graphs.updates.flatMap(({ schedule, lossScale, parameters }, index) => {
      if (!schedule.isDue(step)) return [];
      const flag = found.get(finiteName(index));
      const finite = flag === undefined || numbersOf(flag)[0] === 1;
      lossScale?.after(finite);
      return finite ? parameters.map(({ name }) => name) : [];
    });
  }

  /** The numbers of a step: only the losses of updates that were made. */
  #statsAt({ numbers }: GraphResults, step: number): Stats {
    const omitted = this.#graphs.updates.filter(({ schedule }) => !schedule.isMade(step)).map(numberOfLoss);
    const stats = statsOf(numbers);
    return omitted.length === 0
      ? stats
      : Object.fromEntries(Object.entries(stats).filter(([name]) => !omitted.includes(name)));
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

  async #run(batches: readonly Batch[], request: StepRequest): Promise<readonly GraphResults[]> {
    const graph = this.#trainingFor(request);
    // Not timed: opening ONNX Runtime's session takes as long as many updates.
    await graph.open(batches.length);
    const start = performance.now();
    const { runs, sent, compute } = await graph.run(batches, request);
    const bytes = batches.length * bytesRead(batches[0]!, arraysOf(graph.inputs));
    this.#fusion.record(batches.length, performance.now() - start, bytes);
    const { onSpan } = request;
    if (onSpan) this.#report(() => reportSpans(onSpan, sent, compute));
    return runs;
  }
}

function totalOf(values: readonly ParameterValue[]): ParameterTotal {
  return {
    tensors: values.length,
    count: values.reduce((sum, { initial }) => sum + sizeOf(initial.shape), 0),
    bytes: values.reduce((sum, { initial }) => sum + byteLengthOf(initial), 0),
  };
}

function noAverages(): ForgeError {
  return new ForgeError('ABILITY_MISSING', 'This model has no moving average of its parameters to evaluate.', {
    about: 'ema',
    hint: 'Build it with ema, the decay of the average.',
  });
}
