import type { Backend, TrainSession } from '../../backend/backend.js';
import type { LoadedData } from '../../config/define.js';
import type { RunRecord } from '../../run/record/run-record.js';

export interface LoadOptions {
  /** Flags that differ from the run's, by name in any spelling. */
  readonly overrideFlags?: Readonly<Record<string, unknown>>;
  /** More arguments for the data config's `load`, after its flags. */
  readonly dataArgs?: readonly unknown[];
  /** More arguments for the model config's `load`, after its flags and the data. */
  readonly modelArgs?: readonly unknown[];
  /** The backend to load on, where it is not found by the name the run has. */
  readonly backend?: Backend;
  /** The engine to load on; the run's by default. */
  readonly engine?: string;
  /**
   * false: the data config is not imported, nor what only it needs; an object: the same, and handed to the model config
   * in place of the data.
   */
  readonly data?: false | Readonly<Record<string, unknown>>;
  /** Runs the run's code though it differs from what the run was made with, with a warning for each file. */
  readonly trustCode?: boolean;
  /** false: nothing is run; see `RunData`. */
  readonly code?: true;
}

/** A run, loaded: the model is built, and holds what it was trained to once `restore` is done. */
export interface LoadedRun<Model = unknown, Data = LoadedData> {
  /** What the data config's `load` returned. */
  readonly data: Data;
  /** What the model config's `load` returned. */
  readonly model: Model;
  /** Puts the checkpoint's parameters, and optimizer slots, into the model. */
  restore(): Promise<void>;
  /** The value of every flag. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly run: RunRecord;
  /** The step of the checkpoint. */
  readonly step: number;
  /** The model on its engine, whatever backend that is: predict, evaluate, step on. */
  readonly session: TrainSession;
  dispose(): Promise<void>;
}
