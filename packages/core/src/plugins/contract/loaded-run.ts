import type { Backend, TrainSession } from '../../backend/backend.js';
import type { LoadedData } from '../../config/define.js';
import type { RunRecord } from '../../run/record/run-record.js';

export interface LoadOptions {
  /** Flag values that override the run's, by name in any spelling. */
  readonly overrideFlags?: Readonly<Record<string, unknown>>;
  /** Additional arguments for the data config's `load`, after its flags. */
  readonly dataArgs?: readonly unknown[];
  /** Additional arguments for the model config's `load`, after its flags and the data. */
  readonly modelArgs?: readonly unknown[];
  /** The backend to load on. Default: found by the name in the run. */
  readonly backend?: Backend;
  /** The engine to load on. Default: the run's. */
  readonly engine?: string;
  /**
   * false: the data config and its own imports are not loaded; an object: the same, and the model config receives it
   * instead of the data.
   */
  readonly data?: false | Readonly<Record<string, unknown>>;
  /** Runs the run's code even if it was altered, with a warning for each file. */
  readonly trustCode?: boolean;
  /** false: no code is run; see `RunData`. */
  readonly code?: true;
}

/** A loaded run: the model is built, and has its trained parameters after `restore`. */
export interface LoadedRun<Model = unknown, Data = LoadedData> {
  /** The result of the data config's `load`. */
  readonly data: Data;
  /** The result of the model config's `load`. */
  readonly model: Model;
  /** Restores the checkpoint's parameters and optimizer slots. */
  restore(): Promise<void>;
  /** The value of every flag. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly run: RunRecord;
  /** The step of the checkpoint. */
  readonly step: number;
  /** The model on its engine, to predict, evaluate or continue training. */
  readonly session: TrainSession;
  dispose(): Promise<void>;
}
