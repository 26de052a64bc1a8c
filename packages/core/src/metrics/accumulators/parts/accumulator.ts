import type { MediaValue } from '../../media-value.js';
import type { Direction } from '../../metric-direction.js';
import type { MetricArrays } from './metric-array.js';

/** A table instead of a number: a confusion matrix. */
export interface MetricTable {
  /** What the rows and the columns are: `true`, `predicted`. */
  readonly axes: readonly [rows: string, columns: string];
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** By row, then by column. */
  readonly values: readonly (readonly number[])[];
}

/** What an accumulator may know beside a batch. */
export interface MetricContext {
  /** The name under which the model declares it. */
  readonly metric: string;
  /** The batch's arrays that only the loss reads, if the backend knows them. */
  readonly labels?: readonly string[] | undefined;
  /** Whether the state is stored in checkpoints, so that it must stay small. */
  readonly saved: boolean;
}

/**
 * Computes a metric over a whole split, from one batch after another. A model declares it under `metrics`, by name.
 * The result should not depend on how the examples are divided into batches.
 *
 * `Batch` and `Outputs` are the names of the arrays that it reads, for TypeScript with `noUncheckedIndexedAccess`:
 * `MetricAccumulator<State, 'labels', 'output'>`.
 */
export interface MetricAccumulator<State = unknown, Batch extends string = string, Outputs extends string = string> {
  /** Whether a lower or a higher result is better. */
  readonly direction?: Direction | undefined;
  /** A new state, for no examples. JSON (NaN and infinities are allowed), or what `toJson` makes JSON of. */
  start(): State;
  /** Adds a batch to the state: changes it in place, or returns a new one. The arrays are valid during the call only. */
  // biome-ignore lint/suspicious/noConfusingVoidType: a function that returns nothing has this type.
  add(state: State, batch: MetricArrays<Batch>, outputs: MetricArrays<Outputs>, context: MetricContext): State | void;
  /** The metric of all examples that were added. Must not change the state. */
  result(state: State): number;
  /** The state for a checkpoint. `fromJson` must restore it bit for bit. Default: the state itself. */
  toJson?(state: State): unknown;
  fromJson?(json: unknown): State;
}

/**
 * Makes an image, a text, a histogram or a table of a whole split, such as samples of a generator: logged with each
 * evaluation, not for `train`. The state may be of any type: no checkpoint stores it.
 */
export interface MediaAccumulator<State = unknown, Batch extends string = string, Outputs extends string = string>
  extends Pick<MetricAccumulator<State, Batch, Outputs>, 'start' | 'add'> {
  readonly media: true;
  /** The value to log: see `image`, `text`, `histogram`, `table`. Must not change the state. */
  result(state: State): MediaValue;
}

/** An accumulator of Forge: its states can be merged, for examples that were added in several places. */
export interface MergingAccumulator<State, Result = number> extends Omit<MetricAccumulator<State>, 'result'> {
  result(state: State): Result;
  toJson(state: State): unknown;
  fromJson(json: unknown): State;
  /** Adds the examples of `other` to `state`. */
  merge(state: State, other: State): void;
}

/** An accumulator whose result is a table: logged with each evaluation, not for `train`. */
export interface TableAccumulator<State = unknown> extends MergingAccumulator<State, MetricTable> {
  readonly table: true;
}

/** Any accumulator that a model may declare. */
export type DeclaredAccumulator = MetricAccumulator | TableAccumulator | MediaAccumulator;

/** Whether the result is a number. Others are made for an evaluation only. */
export function isNumeric(accumulator: DeclaredAccumulator): accumulator is MetricAccumulator {
  return !('table' in accumulator) && !('media' in accumulator);
}
