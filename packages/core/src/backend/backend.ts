import type { FilePlace } from '../tensor/file-place.js';
import type { Batch, DType, NamedTensors } from '../tensor/tensor-data.js';

export type { FilePlace };

/** The version of this port. A plugin built for another is refused by name. */
export const backendPort = 1;

/** A plugin that can build, step, save and restore a model on some engine. */
export interface Backend {
  readonly port: typeof backendPort;
  /** What `--backend` takes, e.g. `numeric`. */
  readonly name: string;
  /** Every engine this backend knows, in the order it would choose them. Looks, but starts none. */
  engines(search: EngineSearch): Promise<readonly EngineStatus[]>;
  /**
   * Starts the named engine, or the first usable one.
   * @throws ForgeError ENGINE_UNUSABLE, with the reason and what would make it usable.
   */
  start(request: EngineRequest): Promise<Engine>;
}

export interface EngineSearch {
  /** Folders whose installed packages may supply an engine, nearest first. */
  readonly searchFrom: readonly string[];
}

export interface EngineRequest extends EngineSearch {
  /** An engine's name; the first usable one where it is left out. */
  readonly engine?: string | undefined;
  /** Which GPU, as the engine's own driver numbers them. */
  readonly gpu?: string | undefined;
  /**
   * The values of the flags that the backend's plugin declares, all of them; absent where the backend is started
   * without its plugin, as tests do: then each has its default. What changes bits belongs into `EngineInfo.settings`.
   */
  readonly flags?: Readonly<Record<string, unknown>> | undefined;
}

export interface EngineStatus {
  readonly name: string;
  readonly usable: boolean;
  /** One line: the device it would use, or why it cannot be used. */
  readonly detail: string;
  /** The command or step that would make it usable. */
  readonly remedy?: string;
}

/** What a run really used: enough to say whether another machine will compute the same bits. */
export interface EngineInfo {
  readonly backend: string;
  readonly engine: string;
  /** `cpu`, `gpu`, … as the engine reports it, not as it was hoped for. */
  readonly device: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Settings that change bits: thread counts, graph optimisation level. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** Lines a person should see, e.g. a GPU package that found no GPU. */
  readonly warnings: readonly string[];
}

export interface Engine {
  readonly info: EngineInfo;
  /** What bare imports in config files mean while this engine runs: module namespace by specifier. */
  readonly modules: Readonly<Record<string, unknown>>;
  /**
   * The types that the arrays of a batch may have; absent: all. The core converts an array of another type before a
   * session sees it (in `sample`, `step`, `fused`, `evaluate` and `predict`, read by the model or not), to the first of
   * these that is accepted:
   *
   * - float64 → float32, rounded; float32 → float64
   * - float16, bfloat16 → float32, float64
   * - int8, uint8, int16, uint16 → int32, int64, float32, float64
   * - int32 → int64, float64, float32; int64 → int32, float64, float32
   * - uint32, uint64 → int64, int32, float64, float32
   * - bool → uint8, int32, int64, float32, float64
   *
   * Where none is, or a number is too large for the type (of whole numbers: for float32 beyond 2^24, for float64 beyond
   * 2^53), the batch is refused: DATA_INVALID, naming the array. What it becomes goes by its type, not by its numbers,
   * so every batch gets the same types. A batch whose types are accepted is passed on as it is.
   */
  readonly accepts?: readonly DType[];
  build(request: BuildRequest): Promise<TrainSession>;
  dispose(): void | Promise<void>;
}

export interface BuildRequest {
  /** Runs the model config's `load` and returns what it returned, in the form this backend documents. */
  readonly load: () => unknown;
  /** One batch of the data the model will see: names, types and shapes; its batch size may vary later. */
  readonly sample: Batch;
  /** Everything random in the model (initial values, dropout) is a function of this seed and the step. */
  readonly seed: number;
}

/** Named numbers a step or an evaluation reports. `loss` is always there. */
export type Stats = Readonly<Record<string, number>>;

export interface StepRequest {
  /** The number of updates done before this one: the first step is asked for with 0. */
  readonly step: number;
  /**
   * Whether the numbers will be looked at. Where reading them costs, a backend may return {} when not. On an engine
   * whose device is `cpu` those of every step are, for their mean.
   */
  readonly metrics: boolean;
}

/** The part of a train state that lives in an engine. */
export interface SessionState {
  /** All that inference needs: trainable parameters and non-trainable state such as batch-norm statistics. */
  readonly parameters: NamedTensors;
  /** Optimizer slots, named after the parameter they belong to. */
  readonly optimizer: NamedTensors;
}

export interface ParameterInfo {
  readonly name: string;
  /** As in what `capture` returns; so is the shape. */
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly trainable: boolean;
}

/** The file of a checkpoint that holds the parameters, for other files beside it to refer to. */
export interface ParametersFile {
  readonly name: string;
  /** Each parameter's bytes, little-endian and row-major, counted from the start of the file. */
  readonly places: ReadonlyMap<string, FilePlace>;
}

/** Files of one folder, by name. */
export type NamedFiles = ReadonlyMap<string, Uint8Array>;

export interface FusedSteps {
  /**
   * How many updates to ask for at once, at most; it may change as the session learns how long they take. Nothing else
   * is asked while they run, so they should be done in a fraction of a second.
   */
  readonly most: number;
  /**
   * One update with each batch, all of one shape, in order: bit for bit what `step` would do with one after the other.
   * @param request of the first of them; the others' numbers follow.
   * @returns the numbers of each.
   */
  steps(batches: readonly Batch[], request: StepRequest): readonly Stats[] | Promise<readonly Stats[]>;
}

/**
 * A model built on an engine, ready to be stepped. The core asks for one thing at a time: no call begins before the
 * last has returned or its promise has settled, except that steps go on while `captureAside` is pending, and that
 * `checkpointFiles` may be asked for meanwhile.
 *
 * Memory that is handed in (batches, states) belongs to the caller again once the call is done: copy what is kept.
 * Memory that is handed out belongs to the receiver: later calls do not change it. The bytes of a tensor may start at
 * any address, as they do where they are a part of a file: read them with `elements`, which copies where it must.
 */
export interface TrainSession {
  readonly artefacts: Readonly<Record<string, unknown>>;
  readonly parameters: readonly ParameterInfo[];
  /** Lines a person should see about this model, e.g. an optimizer that cannot resume exactly. */
  readonly warnings: readonly string[];
  /** One optimizer update. Takes the batch as it is and leaves it unchanged. */
  step(batch: Batch, request: StepRequest): Stats | Promise<Stats>;
  /** Several updates asked for at once, where the engine is faster so. */
  readonly fused?: FusedSteps;
  /**
   * For an engine whose `step` may resolve before its work is done: resolves once every update that was asked for is
   * done, and rejects with what one of them failed with. Without it a step counts as done when what `step` returned has
   * resolved. Awaited after 16 updates or a quarter of a second at the latest, and before each evaluation and save.
   */
  settle?(): Promise<void>;
  /**
   * Whether, after a `step` or `fused.steps` that failed, the state is still that of the updates before it: then a run
   * that fails saves it. Absent, a failed step leaves a state that is not trusted.
   */
  readonly intact?: boolean;
  /** The same numbers without an update and without dropout. */
  evaluate(batch: Batch): Stats | Promise<Stats>;
  /**
   * Told the numbers of each evaluation of the validation data that is due, before the next step and the next save:
   * for what depends on them, such as a learning rate. What comes of it is part of the state. Absent where nothing
   * depends on them.
   */
  observe?(stats: Stats): void;
  /** The model's outputs, by name; needs only the arrays the model reads. */
  predict(inputs: Batch): Batch | Promise<Batch>;
  /**
   * A copy of the state, not changed by later steps, in memory that belongs to whoever asked.
   * @param memory an earlier copy that is needed no more: its memory may be used again, and what it holds is then lost
   */
  capture(memory?: SessionState): SessionState | Promise<SessionState>;
  /**
   * The same without a copy, where steps make new arrays and leave the old as they are: the state as it is when this
   * is called, though steps may be asked for before it resolves. It resolves once the session needs the arrays no
   * more, with the next step at the latest or, where none comes, soon.
   */
  captureAside?(): Promise<SessionState>;
  /**
   * Puts a captured state back. An empty `optimizer` leaves the slots as they are (loading for inference).
   * @throws ForgeError STATE_MISMATCH naming the first tensor that is missing, unknown or of another shape.
   */
  restore(state: SessionState): void | Promise<void>;
  /**
   * More files for a checkpoint of this model, such as a graph that others can run. They refer to the parameters in
   * their file rather than store them twice. Names are plain, `A-Z a-z 0-9 . _ -`; they are listed in the manifest
   * with their checksums, and checked whenever the checkpoint is loaded. Steps may have been done since the capture:
   * what the files say must hold for any state of the model.
   */
  checkpointFiles?(parameters: ParametersFile): NamedFiles | Promise<NamedFiles>;
  /** Engine objects alive, for leak checks; where the engine can count them. */
  liveTensors?(): number;
  /** Lets go of what the engine holds for this model; doing it again does nothing. */
  dispose(): void | Promise<void>;
}
