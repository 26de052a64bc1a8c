import type { FilePlace } from '../tensor/file-place.js';
import type { Batch, DType, NamedTensors, TensorData } from '../tensor/tensor-data.js';

export type { FilePlace };

/** The version of this port. A plugin built for another version is refused. */
export const backendPort = 1;

/** A plugin that builds, trains, saves and restores models on its engines. */
export interface Backend {
  readonly port: typeof backendPort;
  /** The value of `--backend`, e.g. `numeric`. */
  readonly name: string;
  /** All engines of this backend, in order of preference. Starts none of them. */
  engines(search: EngineSearch): Promise<readonly EngineStatus[]>;
  /**
   * Starts the named engine, or the first usable one.
   * @throws ForgeError ENGINE_UNUSABLE, with the reason and a remedy.
   */
  start(request: EngineRequest): Promise<Engine>;
}

export interface EngineSearch {
  /** Folders whose installed packages may supply an engine, nearest first. */
  readonly searchFrom: readonly string[];
}

export interface EngineRequest extends EngineSearch {
  /** An engine's name. Default: the first usable one. */
  readonly engine?: string | undefined;
  /** The GPU, as the engine's driver numbers them. */
  readonly gpu?: string | undefined;
  /**
   * The values of all flags that the backend's plugin declares; absent if the backend is started without its plugin, as
   * in tests: then each has its default. Settings that affect numerical results belong in `EngineInfo.settings`.
   */
  readonly flags?: Readonly<Record<string, unknown>> | undefined;
}

export interface EngineStatus {
  readonly name: string;
  readonly usable: boolean;
  /** One line: the device it uses, or why it is unusable. */
  readonly detail: string;
  /** The command or step that makes it usable. */
  readonly remedy?: string;
}

/** The engine that a run used: enough to decide whether another machine computes the same bits. */
export interface EngineInfo {
  readonly backend: string;
  readonly engine: string;
  /** `cpu`, `gpu`, … as the engine reports it, not as requested. */
  readonly device: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Settings that affect numerical results: thread counts, graph optimisation level. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** Messages for the user, e.g. about a GPU package that found no GPU. */
  readonly warnings: readonly string[];
}

export interface Engine {
  readonly info: EngineInfo;
  /** Module namespaces that config files import by these bare specifiers while this engine runs. */
  readonly modules: Readonly<Record<string, unknown>>;
  /**
   * The dtypes that the arrays of a batch may have. Default: all. The core converts arrays of other dtypes before they
   * reach a session (in `sample`, `step`, `fused`, `evaluate` and `predict`, whether the model reads them or not), to
   * the first of these that is accepted:
   *
   * - float64 → float32, rounded; float32 → float64
   * - float16, bfloat16 → float32, float64
   * - int8, uint8, int16, uint16 → int32, int64, float32, float64
   * - int32 → int64, float64, float32; int64 → int32, float64, float32
   * - uint32, uint64 → int64, int32, float64, float32
   * - bool → uint8, int32, int64, float32, float64
   *
   * If none is accepted, or a number is out of range (for integers: beyond 2^24 for float32, beyond 2^53 for float64),
   * the batch is refused: DATA_INVALID, naming the array. The conversion depends on the dtype, not on the numbers, so
   * every batch gets the same dtypes. A batch whose dtypes are accepted is passed on unchanged.
   */
  readonly accepts?: readonly DType[];
  /** What the sessions of this engine can do besides. Default: nothing. The core refuses requests for the others. */
  readonly features?: EngineFeatures;
  build(request: BuildRequest): Promise<TrainSession>;
  dispose(): void | Promise<void>;
}

/** Optional parts of the port. A flag or a model that needs one that is absent is refused before training starts. */
export interface EngineFeatures {
  /** `StepRequest.onOutputs` and `EvaluateRequest.onOutputs`. */
  readonly outputs?: boolean;
  /** `StepRequest.onGradients`. */
  readonly gradients?: boolean;
  /** `BuildRequest.ema`, `SessionState.ema` and `EvaluateRequest.weights`. */
  readonly ema?: boolean;
  /** `BuildRequest.freeze`. */
  readonly freeze?: boolean;
  /** `StepRequest.learningRate` and `TrainSession.learningRate`. */
  readonly learningRate?: boolean;
}

export interface BuildRequest {
  /** Runs the model config's `load` and returns its model, in the form that this backend documents. */
  readonly load: () => unknown;
  /** One batch of the model's data: names, dtypes and shapes. Later batches may have another batch size. */
  readonly sample: Batch;
  /** Seed for all randomness in the model (initial values, dropout), together with the step. */
  readonly seed: number;
  /**
   * Names of parameters that are not trained, with `*` for any characters, in addition to those that the model freezes:
   * see `matchParameters`.
   */
  readonly freeze?: readonly string[] | undefined;
  /** The decay of an exponential moving average of the trainable parameters: see `SessionState.ema`. Default: none. */
  readonly ema?: number | undefined;
  /**
   * Called at most once, before memory for the model is allocated, with what training it on batches like the sample is
   * expected to take. An engine that cannot tell does not call it. It throws where that is more than there is: the build
   * fails with this error.
   */
  readonly onMemory?: ((estimate: MemoryEstimate) => void) | undefined;
}

/** What training is expected to take of the memory of the machine, in addition to the engine alone, in bytes. */
export interface MemoryEstimate {
  /** The parameters, frozen ones too. */
  readonly weights: number;
  readonly gradients: number;
  /** What optimizers keep, sums of gradients, and moving averages. */
  readonly optimizer: number;
  /** What a step computes and stores besides. */
  readonly activations: number;
  /** The batches that are read, copied and used at a time. */
  readonly batches: number;
  /** What an evaluation computes, where that is other memory than that of a step. */
  readonly evaluation: number;
  /** The second copy of the state that steps write during a save in the background. */
  readonly saving: number;
  /** What building the model takes: graphs, and initial values until they are collected. */
  readonly other: number;
}

/** Named numbers that a step or an evaluation reports. `loss` is required. */
export type Stats = Readonly<Record<string, number>>;

export interface StepRequest {
  /** The number of earlier updates: 0 for the first step. */
  readonly step: number;
  /**
   * Whether the numbers will be used. If not, a backend for which reading them is slow may return {}. Always true on an
   * engine whose device is `cpu`, where the mean over all steps is reported.
   */
  readonly metrics: boolean;
  /** Replaces the learning rate of the model's optimizers for these updates. */
  readonly learningRate?: number | undefined;
  /**
   * Receives the model's outputs by name from the forward pass of the update (in training mode, before the update);
   * `index` counts the updates of a fused call. Called before `step` resolves.
   */
  readonly onOutputs?: ((outputs: Batch, index: number) => void) | undefined;
  /** Receives numbers about the gradients of the update, before `step` resolves. Not given to fused steps. */
  readonly onGradients?: ((gradients: GradientReport) => void) | undefined;
  /** Receives the start and end of each part of the call, `performance.now()` milliseconds, where they are known. */
  readonly onSpan?: ((part: 'copy' | 'compute', start: number, end: number) => void) | undefined;
}

/** About each trained parameter, by name; nothing for one that the update did not change. */
export type GradientReport = ReadonlyMap<string, ParameterGradient>;

export interface ParameterGradient {
  /** ∂loss/∂parameter before clipping; with accumulation, the mean of the update. float32 or float64. */
  readonly gradient: TensorData;
  /** Euclidean norm of the parameter before the update. */
  readonly parameterNorm: number;
  /** Euclidean norm of the change that the update made. */
  readonly updateNorm: number;
}

export interface EvaluateRequest {
  /** Which weights to use: the parameters, or their moving average. Default: `parameters`. */
  readonly weights?: 'parameters' | 'ema' | undefined;
  /** Receives the model's outputs by name, before `evaluate` resolves. */
  readonly onOutputs?: ((outputs: Batch) => void) | undefined;
}

/** The part of a train state that an engine has. */
export interface SessionState {
  /** Everything inference needs: trainable parameters and non-trainable state such as batch-norm statistics. */
  readonly parameters: NamedTensors;
  /** Optimizer slots, named after the parameter they belong to. */
  readonly optimizer: NamedTensors;
  /**
   * The moving average of each trainable parameter, by the parameter's name; present if the session was built with
   * `ema`. It begins with the initial parameters; after update n (from 1) it is ema + (1 - d) (parameter - ema), where
   * d = min(decay, (1 + n) / (10 + n)), so that the initial parameters do not dominate a short training.
   */
  readonly ema?: NamedTensors | undefined;
  /**
   * Present where the tensors are memory of the session, lent by `captureAside`: call it once they are no longer needed,
   * or later steps take more memory. Read them only; they may be in shared memory. Afterwards they may change.
   */
  readonly release?: (() => void) | undefined;
}

export interface ParameterInfo {
  readonly name: string;
  /** The dtype in the captured state. The shape is the captured shape, too. */
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly trainable: boolean;
  /**
   * Whether it only identifies something that is not in the state, such as the SHA-256 of a file: then it is no number of
   * the model, and tables do not count it. Default: false.
   */
  readonly fingerprint?: boolean;
}

/** Sums over tensors. */
export interface ParameterTotal {
  readonly tensors: number;
  /** Numbers in them. */
  readonly count: number;
  readonly bytes: number;
}

/** The parameters file of a checkpoint, for references from other files in the same folder. */
export interface ParametersFile {
  readonly name: string;
  /** The byte range of each parameter in the file, little-endian and row-major. */
  readonly places: ReadonlyMap<string, FilePlace>;
}

/** Files of one folder, by name. */
export type NamedFiles = ReadonlyMap<string, Uint8Array>;

export interface FusedSteps {
  /**
   * Maximum number of updates per call. It may change as the session measures how long they take. No other call is made
   * while they run, so they should finish in a fraction of a second.
   */
  readonly most: number;
  /**
   * One update per batch, in order; all batches have one shape. Bit for bit the same as consecutive calls of `step`.
   * @param request of the first update; the step numbers of the others follow.
   * @returns the numbers of each update; of fewer if a later one failed. The core then asks for the others again, so that
   * the error is that of the first of them.
   */
  steps(batches: readonly Batch[], request: StepRequest): readonly Stats[] | Promise<readonly Stats[]>;
}

/**
 * A model built on an engine, ready for training. The core makes one call at a time: it waits until the last call has
 * returned or its promise has settled, except that steps continue while `captureAside` is pending, and that
 * `checkpointFiles` may be called meanwhile.
 *
 * Memory that is passed in (batches, states) belongs to the caller again after the call: copy what you keep.
 * Memory that is returned belongs to the caller: later calls do not change it. The bytes of a tensor may be unaligned,
 * for example if they are a part of a file: read them with `elements`, which copies if necessary.
 */
export interface TrainSession {
  readonly artefacts: Readonly<Record<string, unknown>>;
  readonly parameters: readonly ParameterInfo[];
  /** Weights that never change and are no state, because the model has them from a file: the base of adapters. */
  readonly base?: ParameterTotal;
  /** Messages for the user about this model, e.g. about an optimizer that cannot resume exactly. */
  readonly warnings: readonly string[];
  /** One optimizer update. Does not change the batch. */
  step(batch: Batch, request: StepRequest): Stats | Promise<Stats>;
  /** Several updates in one call, for an engine that is faster that way. */
  readonly fused?: FusedSteps;
  /**
   * For an asynchronous engine, whose `step` may resolve before its work is done: resolves when all requested updates
   * are done, and rejects with the error of any of them. Without it a step is done when the promise of `step` resolves.
   * Awaited after 16 updates or a quarter of a second at the latest, and before each evaluation and save.
   */
  settle?(): Promise<void>;
  /**
   * Whether, after a failed `step` or `fused.steps`, the state is still that of the earlier updates: then a failing run
   * saves it. Default: the state after a failed step is not trusted.
   */
  readonly intact?: boolean;
  /**
   * Ends the steps that run now, if any, where they can be ended: called once the run is to stop. A step that is ended
   * makes no update, and its promise rejects with ForgeError STOPPED; fused steps return the numbers of those before it,
   * if there are any. The state is that of the updates that were made (`intact`).
   */
  interrupt?(): void;
  /**
   * Called once after a step whose numbers are not finite, with its batch: a sentence that says where the first such
   * value is. undefined if it cannot tell. No step follows.
   */
  locateNotFinite?(batch: Batch): Promise<string | undefined>;
  /** The same numbers without an update and without dropout. */
  evaluate(batch: Batch, request?: EvaluateRequest): Stats | Promise<Stats>;
  /** The arrays of a batch that the loss or the stats read, and `predict` does not, if known: the labels. */
  readonly labels?: readonly string[];
  /**
   * The learning rate of the update with this number of earlier updates; by optimizer, if the model has several
   * (`updates`). Undefined if unknown.
   */
  learningRate?(step: number): number | Readonly<Record<string, number>> | undefined;
  /**
   * Numbers about the training itself after the steps so far, to report with those of a step: `lossScale` and
   * `skippedSteps` of mixed precision, for example. Absent if there are none.
   */
  gauges?(): Stats;
  /**
   * Receives the numbers of each scheduled evaluation of the validation data, before the next step and save: for a
   * learning rate that depends on them, for example. The resulting changes are part of the state. Absent if nothing
   * depends on them.
   */
  observe?(stats: Stats): void;
  /** The model's outputs, by name. The inputs need only the arrays that the model reads. */
  predict(inputs: Batch): Batch | Promise<Batch>;
  /**
   * A copy of the state, in memory that belongs to the caller and that later steps do not change.
   * @param memory an earlier copy that is no longer needed: its memory may be reused, which overwrites it
   */
  capture(memory?: SessionState): SessionState | Promise<SessionState>;
  /**
   * The same without a copy: the state at the time of the call, although steps may run before it resolves. For engines
   * whose steps create new arrays, it resolves when the session no longer needs them: at the latest with the next step,
   * or soon if no step follows. For engines whose steps write into memory that stays, the state is lent: see
   * `SessionState.release`.
   */
  captureAside?(): Promise<SessionState>;
  /**
   * Restores a captured state. An empty `optimizer` does not change the slots (loading for inference). An absent `ema`
   * sets the moving average to the parameters.
   * @throws ForgeError STATE_MISMATCH naming the first tensor that is missing, unknown or of another shape.
   */
  restore(state: SessionState): void | Promise<void>;
  /**
   * Additional files for a checkpoint of this model, such as a graph that other programs can run. They refer to the
   * parameters file instead of storing parameters twice. Names consist of `A-Z a-z 0-9 . _ -`; the manifest lists them
   * with their checksums, which are checked when the checkpoint is loaded. Steps may have run since the capture: the
   * content must be valid for any state of the model.
   */
  checkpointFiles?(parameters: ParametersFile): NamedFiles | Promise<NamedFiles>;
  /** Number of live engine objects, for leak checks; absent if the engine cannot count them. */
  liveTensors?(): number;
  /** Frees the engine's memory of this model. Further calls have no effect. */
  dispose(): void | Promise<void>;
}
