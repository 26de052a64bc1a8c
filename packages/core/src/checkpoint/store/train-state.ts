import type { SessionState } from '../../backend/backend.js';
import type { Count } from '../../schema/count.js';

/** All state needed to reproduce the next step exactly. */
export interface TrainState extends Omit<SessionState, 'release'> {
  /** Optimizer updates done. */
  readonly step: number;
  /** The position in the training data. */
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
 * Train state other than tensors, as JSON by owner: `data` holds counters of the data position, `report` the mean since
 * the last report, `metrics` the accumulators of the metrics since then. NaN and ±Infinity are strings.
 */
export type JsonState = Readonly<Record<string, unknown>>;

/** A train state whose ownership was handed over: its memory may move to another thread, and its values may be lost. */
export interface TransferredState {
  state: TrainState;
}
