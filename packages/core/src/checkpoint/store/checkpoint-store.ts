import type { EngineInfo, SessionState, Stats, TrainSession } from '../../backend/backend.js';
import type { Count } from '../../schema/count.js';

/** All that must come back for the next step to be the same. */
export interface TrainState extends SessionState {
  /** Optimizer updates done. */
  readonly step: number;
  /** Where the training data stands. */
  readonly data: DataPosition;
  /** Counter-based, so the seed and the step above are the whole random state. */
  readonly random: RandomState;
}

export interface DataPosition {
  readonly epoch: Count;
  /** Batches of that epoch already used. */
  readonly batch: Count;
}

export interface RandomState {
  readonly algorithm: string;
  readonly seed: number;
}

/**
 * Train state that is no tensor, as JSON by who owns it: `data` is what the position in the data counts, `report` the
 * mean since the last report. NaN and the infinities come back as strings.
 */
export type JsonState = Readonly<Record<string, unknown>>;

export interface CheckpointInfo {
  readonly step: Count;
  readonly time: string;
  readonly data: DataPosition;
  readonly random: RandomState;
  readonly engine: EngineInfo;
  readonly metrics: Readonly<Record<string, Stats>>;
  readonly state: JsonState;
}

/** What a checkpoint says and holds beside the train state. */
export interface CheckpointDetails {
  readonly engine: EngineInfo;
  readonly metrics: Readonly<Record<string, Stats>>;
  /** Default: none. */
  readonly state?: JsonState | undefined;
  /** More files, made when it is known where the parameters lie. */
  readonly files?: NonNullable<TrainSession['checkpointFiles']> | undefined;
}

/** A checkpoint read back. */
export interface LoadedCheckpoint {
  readonly state: TrainState;
  readonly info: CheckpointInfo;
  /** Its folder. */
  readonly path: string;
}

/** A train state that was given away: its memory may move to another thread, and what it held may be lost. */
export interface TransferredState {
  state: TrainState;
}

/** The checkpoints of one run. */
export interface CheckpointStore {
  /** Steps that have a complete checkpoint, ascending. Foreign files are ignored. */
  steps(): Promise<readonly number[]>;
  /** Writes a checkpoint completely or not at all. */
  save(state: TrainState, details: CheckpointDetails): Promise<string>;
  /**
   * The same behind the work of this thread, one at a time.
   * @param given holds the state again when it is done or has failed, and may then be given once more
   */
  saveAsync(given: TransferredState, details: CheckpointDetails): Promise<string>;
  /** Whether a save behind is at work on a thread of its own, and needs nothing of this one. */
  readonly savesOnThread: boolean;
  /** Lets go of what saving behind needed. */
  close(): Promise<void>;
  /**
   * Reads one back, every checksum verified.
   * @throws ForgeError CHECKPOINT_NOT_FOUND or CHECKPOINT_CORRUPT, naming the file and what is wrong with it.
   */
  load(step: number): Promise<LoadedCheckpoint>;
  /** What the manifest says, without reading the tensors. */
  info(step: number): Promise<CheckpointInfo>;
  /**
   * Reads every byte and compares every checksum, keeping nothing.
   * @throws ForgeError as `load`
   */
  check(step: number): Promise<void>;
  remove(step: number): Promise<void>;
}
