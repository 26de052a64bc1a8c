import {
  type Batch,
  checkState,
  elements,
  ForgeError,
  type FusedSteps,
  type NamedFiles,
  type NamedTensors,
  type ParameterInfo,
  type ParametersFile,
  PlateauState,
  RandomStream,
  type SessionState,
  type Stats,
  type StepRequest,
  type TensorData,
  type TrainSession,
} from '@forge-ml/core/plugin';
import type { Graph, ParameterValue } from '@forge-ml/onnx/graph';
import { identity } from '@forge-ml/onnx/ops';
import type { ModelGraphs } from '../model/build-graphs.js';
import { fuseSteps } from '../model/fuse-steps.js';
import { checkInferenceModel, inferenceModel, modelName } from '../model/inference-model.js';
import { bytesRead, feedsOf } from './batches.js';
import { packageVersion } from './engines.js';
import { GraphRunner } from './graph-runner.js';
import type { OrtWorker } from './ort-worker.js';
import type { NamedTensor } from './protocol.js';
import { StepFeeds } from './step-feeds.js';
import { StepFusion } from './step-fusion.js';

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
  /** A graph that fails does not change the state. */
  readonly intact = true;
  readonly fused: FusedSteps;
  readonly observe?: (stats: Stats) => void;
  /** Absent where the state is on a device: copying it from there is a copy anyway. */
  readonly captureAside?: () => Promise<SessionState>;
  readonly #worker: OrtWorker;
  readonly #graphs: ModelGraphs;
  readonly #session: number;
  readonly #feeds: StepFeeds;
  readonly #train: GraphRunner;
  readonly #trainFused: GraphRunner;
  readonly #evaluate: GraphRunner;
  readonly #predict: GraphRunner | undefined;
  readonly #fetch: GraphRunner | undefined;
  readonly #fusion = new StepFusion();
  readonly #plateau: PlateauState | undefined;

  private constructor({ worker, graphs, artefacts, seed, stateOnDevice }: SessionParts) {
    const { training, evaluation, prediction } = graphs;
    const session = worker.newSession();
    this.#worker = worker;
    this.#graphs = graphs;
    this.#session = session;
    const plateau = graphs.plateau && new PlateauState(graphs.plateau);
    this.#plateau = plateau;
    if (plateau !== undefined) this.observe = (stats) => plateau.observe(stats);
    this.#feeds = new StepFeeds(graphs, RandomStream.of(seed, 'dropout'), () => plateau?.scale ?? 1);
    this.#train = new GraphRunner(worker, session, 'train', training, training.next);
    this.#trainFused = new GraphRunner(worker, session, 'train in blocks', () => fuseSteps(training), training.next);
    this.#evaluate = new GraphRunner(worker, session, 'evaluate', evaluation);
    this.#predict = prediction === null ? undefined : new GraphRunner(worker, session, 'predict', prediction);
    const state = () => stateAsOutputs([...graphs.parameters, ...graphs.slots.values()]);
    this.#fetch = stateOnDevice ? new GraphRunner(worker, session, 'save', state) : undefined;
    if (!stateOnDevice) this.captureAside = () => this.#captureAside();
    this.artefacts = artefacts;
    this.warnings = graphs.warnings;
    this.parameters = graphs.parameters.map(({ name, initial: { dtype, shape }, trainable }) => {
      return { name, dtype, shape, trainable };
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
      const state = [...parts.graphs.parameters, ...parts.graphs.slots.values()];
      await session.#set(state.map(({ name, initial }) => [name, initial]));
      await session.#train.open();
      // Fail now, not at the first save.
      if (parts.graphs.prediction !== null) checkInferenceModel(parts.graphs.prediction);
    } catch (error) {
      await session.dispose();
      throw error;
    }
    return session;
  }

  async step(batch: Batch, { step }: StepRequest): Promise<Stats> {
    const feeds = this.#feeds.single(batch, step);
    const numbers = await this.#timed([batch], () => this.#train.run(feeds, batch));
    return statsAt(numbers, 0);
  }

  async evaluate(batch: Batch): Promise<Stats> {
    return statsAt(await this.#evaluate.run(feedsOf(batch, this.#graphs.evaluation.inputs), batch), 0);
  }

  async predict(inputs: Batch): Promise<Batch> {
    const { prediction } = this.#graphs;
    if (prediction === null || this.#predict === undefined) {
      throw new ForgeError('ABILITY_MISSING', 'This model has no predict, only a loss.', {
        about: 'predict',
        hint: 'Give the model a predict: (batch, context) => outputs.',
      });
    }
    return Object.fromEntries(await this.#predict.run(feedsOf(inputs, prediction.inputs), inputs));
  }

  async capture(): Promise<SessionState> {
    const names = this.#stateNames();
    const tensors = await (this.#fetch?.run([], {}) ??
      this.#worker.ask({ kind: 'get', session: this.#session, names }));
    return this.#stateOf(names, tensors, this.#plateau?.capture());
  }

  async #captureAside(): Promise<SessionState> {
    const names = this.#stateNames();
    const plateau = this.#plateau?.capture();
    const tensors = await this.#worker.ask({ kind: 'give', session: this.#session, names });
    return this.#stateOf(names, tensors, plateau);
  }

  #stateNames(): string[] {
    const { parameters, slots } = this.#graphs;
    return [...parameters.map(({ name }) => name), ...slots.keys()];
  }

  #stateOf(names: readonly string[], tensors: readonly NamedTensor[], plateau: NamedTensors = new Map()): SessionState {
    const state = names.map((name, at) => [name, tensors[at]![1]] as const);
    const count = this.#graphs.parameters.length;
    return { parameters: new Map(state.slice(0, count)), optimizer: new Map([...state.slice(count), ...plateau]) };
  }

  async restore({ parameters, optimizer }: SessionState): Promise<void> {
    const { slots, parameters: own } = this.#graphs;
    checkState('parameter', startsOf(own), parameters);
    if (optimizer.size === 0) return this.#set([...parameters]);
    checkState(
      'optimizer slot',
      new Map([...startsOf(slots.values()), ...(this.#plateau?.capture() ?? [])]),
      optimizer,
    );
    await this.#set([...parameters, ...[...optimizer].filter(([name]) => slots.has(name))]);
    this.#plateau?.restore(optimizer);
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

  async #steps(batches: readonly Batch[], { step }: StepRequest): Promise<readonly Stats[]> {
    const feeds = this.#feeds.fused(batches, step);
    // Not timed: opening ONNX Runtime's session takes as long as many updates.
    await this.#trainFused.open();
    const numbers = await this.#timed(batches, () => this.#trainFused.run(feeds, batches[0]!));
    return batches.map((_, index) => statsAt(numbers, index));
  }

  async #timed<T>(batches: readonly Batch[], run: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const result = await run();
    const bytes = batches.length * bytesRead(batches[0]!, this.#feeds.arrays);
    this.#fusion.record(batches.length, performance.now() - start, bytes);
    return result;
  }

  async #set(tensors: readonly (readonly [string, TensorData])[]): Promise<void> {
    // Sliced, because all the memory under a view would be copied.
    const copies = tensors.map(([name, value]) => [name, { ...value, bytes: value.bytes.slice() }] as const);
    const owned = copies.map(([, value]) => value.bytes.buffer as ArrayBuffer);
    await this.#worker.ask({ kind: 'set', session: this.#session, tensors: copies }, owned);
  }
}

/**
 * The state as outputs, in order. Reading a tensor from a device by ONNX Runtime's own function ends the process;
 * running a graph does not.
 */
function stateAsOutputs(state: readonly ParameterValue[]): Graph {
  return { inputs: [], outputs: new Map(state.map((value) => [`${value.name}/now`, identity(value)])) };
}

/** The stats of one of the updates: `loss`, and `stats/<name>` as `<name>`. */
function statsAt(tensors: readonly NamedTensor[], index: number): Stats {
  return Object.fromEntries(
    tensors.map(([name, value]) => [name.replace(/^stats\//, ''), Number(elements(value)[index])]),
  );
}

/** The initial state by name: its types and shapes never change. */
function startsOf(state: Iterable<ParameterValue>): NamedTensors {
  return new Map(Array.from(state, ({ name, initial }) => [name, initial]));
}
