import type { EngineInfo, Stats, TrainSession } from '../../backend/backend.js';
import type { Count } from '../../schema/count.js';
import type { DataPosition, JsonState, RandomState, TrainState, TransferredState } from './train-state.js';

/** The checkpoints of one run: the port. `FileCheckpointStore` keeps them as files; a plugin may provide another. */
export interface CheckpointStore {
  /** Steps that have a complete checkpoint, ascending. Other files are ignored. */
  steps(): Promise<readonly number[]>;
  /** Writes a checkpoint completely or not at all. */
  save(state: TrainState, details: CheckpointDetails): Promise<string>;
  /**
   * Saves in the background, one checkpoint at a time.
   * @param given holds the state again once the save has succeeded or failed, and may then be reused
   */
  saveAsync(given: TransferredState, details: CheckpointDetails): Promise<string>;
  /** Whether a background save is running on its own thread and needs no time of this one. */
  readonly savesOnThread: boolean;
  /** Releases the resources of background saves. */
  close(): Promise<void>;
  /**
   * Loads a checkpoint and verifies every checksum.
   * @throws ForgeError CHECKPOINT_NOT_FOUND or CHECKPOINT_CORRUPT, naming the file and the cause.
   */
  load(step: number): Promise<LoadedCheckpoint>;
  /** The content of the manifest, without reading the tensors. */
  info(step: number): Promise<CheckpointInfo>;
  /**
   * Reads every byte and verifies every checksum, without keeping the tensors.
   * @throws ForgeError as `load`
   */
  check(step: number): Promise<void>;
  remove(step: number): Promise<void>;
}

export interface CheckpointInfo {
  readonly step: Count;
  readonly time: string;
  readonly data: DataPosition;
  readonly random: RandomState;
  readonly engine: EngineInfo;
  readonly metrics: Readonly<Record<string, Stats>>;
  /** The step at which the numbers of each split were measured, where it is known. */
  readonly metricSteps?: MetricSteps;
  readonly state: JsonState;
}

/** A step for each split: `{ valid: 500 }`. */
export type MetricSteps = Readonly<Record<string, Count>>;

/** What a checkpoint holds in addition to the train state. */
export interface CheckpointDetails {
  readonly engine: EngineInfo;
  readonly metrics: Readonly<Record<string, Stats>>;
  /** The step at which the numbers of each split were measured. Default: unknown. */
  readonly metricSteps?: MetricSteps | undefined;
  /** Default: none. */
  readonly state?: JsonState | undefined;
  /** Writes the backend's own files, given the file offsets of the parameters. */
  readonly files?: NonNullable<TrainSession['checkpointFiles']> | undefined;
}

/** A checkpoint read back. */
export interface LoadedCheckpoint {
  readonly state: TrainState;
  readonly info: CheckpointInfo;
  /** Its folder. */
  readonly path: string;
}
