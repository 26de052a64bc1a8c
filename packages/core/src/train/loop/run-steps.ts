import type { Stats } from '../../backend/backend.js';
import type { BatchDataset } from '../../data/dataset.js';
import type { Batch } from '../../tensor/tensor-data.js';
import type { StopInputs } from '../stop/follow-stops.js';

/** A step of a training loop of your own: to be done with `session.step(batch, { step, metrics })`. */
export interface RunStep {
  readonly batch: Batch;
  /** Updates done before, from 0. */
  readonly step: number;
  /** From 0. */
  readonly epoch: number;
  /** Whether the numbers of this step are reported: on a GPU, reading those of the others costs time. */
  readonly metrics: boolean;
}

export interface StepsOptions extends StopInputs {
  /** Evaluated as `--eval-every` says, between two steps, and reported as the split `valid`. Default: no evaluation. */
  readonly valid?: BatchDataset | undefined;
}

/** How a run ends, other than by an error. */
export interface RunEnd {
  readonly status: 'completed' | 'stopped';
  readonly reason: string | null;
}

export interface StepsEnd {
  readonly status: RunEnd['status'] | 'failed';
  readonly reason: string | null;
}

/** The steps of a run, for `for await`. */
export interface RunSteps extends AsyncIterableIterator<RunStep> {
  /** Whether the run is being ended: nothing more is handed out. */
  readonly ending: boolean;
  /** Adds numbers of the current step to what it reports. @throws ForgeError USAGE outside of the loop's body */
  log(stats: Stats): void;
  /** Ends the run after the last finished step, which is saved. */
  end(end: StepsEnd): Promise<void>;
}
