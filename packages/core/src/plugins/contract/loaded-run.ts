import type { Backend, Stats, TrainSession } from '../../backend/backend.js';
import type { CheckpointAddress } from '../../checkpoint/checkpoint-address.js';
import type { Weights } from '../../checkpoint/weights.js';
import type { LoadedData } from '../../config/define.js';
import type { BatchDataset } from '../../data/dataset.js';
import type { ArrayInput, Outputs } from '../../data/output-tensor.js';
import type { NestedNumbers } from '../../data/to-tensor.js';
import type { MetricTable } from '../../metrics/accumulators/parts/accumulator.js';
import type { MediaValue } from '../../metrics/media-value.js';
import type { FittedPreparation } from '../../preprocessing/fitted-preparation.js';
import type { RunRecord } from '../../run/record/run-record.js';
import type { Row } from '../../tensor/row.js';

/** The configs of a run that stores no code: the objects that its script made with `defineData` and `defineModel`. */
export interface InMemoryCode {
  /** May be omitted where `LoadOptions.data` replaces the data. */
  readonly data?: { load(flags: never, ...args: never[]): unknown };
  readonly model: { load(flags: never, ...args: never[]): unknown };
}

export interface LoadOptions {
  /** Which checkpoint: a step, `latest`, `best`, `best:valid.rmse` or `best:valid.score:max`. Default: `latest`. */
  readonly checkpoint?: CheckpointAddress;
  /**
   * Which weights `restore` puts into the model: the parameters, or their moving average of a run with `--ema`. Default:
   * `parameters`.
   */
  readonly weights?: Weights;
  /** Flags that differ from the run's, by name in any spelling. */
  readonly overrideFlags?: Readonly<Record<string, unknown>>;
  /** Additional arguments for the data config's `load`, after its flags. */
  readonly dataArgs?: readonly unknown[];
  /** Additional arguments for the model config's `load`, after its flags and the data. */
  readonly modelArgs?: readonly unknown[];
  /** The backend to load on. Default: the one that the run names. */
  readonly backend?: Backend;
  /** The engine to load on. Default: the run's. */
  readonly engine?: string;
  /**
   * false: do not import the data config and the packages that only it needs. An object: the same, and the model config
   * gets this object as its data. With false it gets `{ preparation }`, if the run stores preprocessing.
   */
  readonly data?: false | Readonly<Record<string, unknown>>;
  /** Run the run's code although it was changed after the run was made, with a warning for each changed file. */
  readonly trustCode?: boolean;
  /** The configs of a run that stores no code. `false`: run no code at all; see `RunData`. Default: the stored code. */
  readonly code?: true | InMemoryCode;
}

/** A predicted value: a number, a list of numbers, the name of a class, or the score of each class by its name. */
export type PredictedValue = number | string | NestedNumbers | Readonly<Record<string, number>>;

/** What a model predicts for one row, by output; and by target, where that is the name of a class. */
export type PredictedRow = Readonly<Record<string, PredictedValue>>;

export interface ReadRowsOptions {
  /** The format of the file: the name of a reader, such as `csv`. Default: by the ending of its name; `images` for a folder. */
  readonly format?: string;
  /**
   * Read only the columns that the model needs, and these, as text: an id keeps its digits. Default: all columns. For tables
   * (`csv`, `jsonLines`); other formats have all columns.
   */
  readonly keep?: readonly string[];
  /** Options of the reader. Default: those of the training file, if that had the same format. */
  readonly options?: Readonly<Record<string, unknown>>;
}

export interface PredictRowsOptions {
  /** The number of the first row, for messages. Default: 1. */
  readonly first?: number;
}

/** The numbers of a model on one split. */
export interface SplitEvaluation {
  readonly metrics: Stats;
  /** Metrics that are tables, by name. */
  readonly tables: Readonly<Record<string, MetricTable>>;
  /** Metrics that are images, texts, histograms or tables as a run logs them, by name; those of `tables` included. */
  readonly media: Readonly<Record<string, MediaValue>>;
}

/** A loaded run: the model is built, and has its trained parameters after `restore`. */
export interface LoadedRun<Model = unknown, Data = LoadedData> extends AsyncDisposable {
  /** What the data config's `load` returned. */
  readonly data: Data;
  /** The result of the model config's `load`. */
  readonly model: Model;
  /** Restores the checkpoint's parameters and optimizer slots. */
  restore(): Promise<void>;
  /**
   * The model's outputs for named arrays, examples first: tensors, typed arrays or nested lists of numbers. Restores the
   * checkpoint first, where neither `restore` nor a step of the session has been called.
   * @throws ForgeError DATA_INVALID naming the array
   */
  predict(inputs: Readonly<Record<string, ArrayInput>>): Promise<Outputs>;
  /**
   * The model's outputs for raw rows, as a file or a request has them, with the preprocessing that the run stores: the
   * order of the columns does not matter, and targets may be missing. Numbers are in the units of the target's column.
   * Restores the checkpoint first, as `predict` does.
   * @throws ForgeError DATA_INVALID naming the row and the column; ABILITY_MISSING where the run stores no preprocessing
   */
  predictRows(rows: readonly Row[], options?: PredictRowsOptions): Promise<PredictedRow[]>;
  /** The preprocessing that the run stores: its columns, classes and sizes; null if it stores none, or several. */
  readonly preparation: FittedPreparation | null;
  /** The rows of a file, read as the training file was: those that `predictRows` takes. See `ReadRowsOptions`. */
  readRows(path: string, options?: ReadRowsOptions): Promise<AsyncIterable<Row>>;
  /**
   * The numbers of one pass over a dataset, metrics over the whole of it included: `evaluate(data.valid)`. Restores the
   * checkpoint first, as `predict` does.
   * @throws ForgeError DATA_INVALID, METRIC_INVALID
   */
  evaluate(dataset: BatchDataset): Promise<SplitEvaluation>;
  /** The value of every flag. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly run: RunRecord;
  /** The step of the checkpoint. */
  readonly step: number;
  /** The model on its engine: predict, evaluate, train further. */
  readonly session: TrainSession;
  /** Releases the model and its engine. */
  dispose(): Promise<void>;
}
