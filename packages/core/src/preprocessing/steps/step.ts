import type { Cell } from '../../tensor/row.js';
import type { TensorData, TypedArray } from '../../tensor/tensor-data.js';

/** Several arrays that a step makes of one value: the tokens of a text and their mask. */
export interface NamedArrays {
  readonly arrays: Readonly<Record<string, TypedArray>>;
}

/** What steps take and give. null is a missing value. */
export type Value = Cell | TensorData | TypedArray;

/** An array that a step makes, and how it is padded to the length of a batch. */
export interface MadeArray {
  readonly name: string;
  readonly pad: number;
  /** What the model predicts: absent at prediction. */
  readonly isTarget?: boolean;
  /**
   * What `pack` writes into it: `sequence` the number of each of the packed elements, from 1 on; `position` the place in the
   * whole, unless an array has the numbers: then each element keeps its own. Default: the values, one after the other.
   */
  readonly packed?: Packing;
}

export type Packing = 'sequence' | 'position';

/**
 * The kinds of values: a raw column is a `number`, a `category` (any cell), a `text` or an `array` (an image); steps make
 * a `class` (int32), a `vector` (float32), `tokens` (int32) or several `arrays` of it.
 */
export type ValueType = 'number' | 'category' | 'text' | 'array' | 'class' | 'vector' | 'tokens' | 'arrays';

/** Plain data, as a run stores it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** Learns from the values of the training rows, in their order. */
export interface Fitting<State> {
  add(value: Value): void;
  end(): State;
}

/** One conversion of a column. Its options, and what it learns from the training rows, are plain data. */
export interface Step<Options extends Json = never, State extends Json = never> {
  /** Its name in `preprocessing/<name>.json`, with its version. */
  readonly kind: string;
  readonly version: number;
  readonly takes: readonly ValueType[];
  /** `same`: what it takes. */
  readonly gives: ValueType | 'same';
  /** Whether it gets missing values too; others leave them missing. */
  readonly takesMissing?: boolean;
  /** Options from a call or a file, with defaults. @throws ForgeError OPTION_INVALID, OPTION_UNKNOWN */
  options(given: unknown): Options;
  /** Absent where there is nothing to learn: then the state is null. */
  fit?(options: Options): Fitting<State>;
  /** Whether a stored value is a state of it. */
  isState(state: unknown, options: Options): boolean;
  /** Further columns that it reads, if it is the first of a column's steps. */
  also?(options: Options): readonly string[];
  /**
   * @returns a function that throws ValueProblem for a value that it cannot convert; it gets the values of the further
   * columns too
   */
  convert(options: Options, state: State): (value: Value, further: readonly Value[]) => Value | NamedArrays;
  /** The arrays that it makes, where it `gives` arrays: they take the place of the array that is named in `prepare`. */
  arrays?(options: Options): readonly MadeArray[];
  /** The length of the vector or the tokens that it makes. */
  size?(options: Options, state: State): number | null;
  /** The names of the classes that it makes, by index. */
  classes?(options: Options, state: State): readonly string[];
  /** Text files that say what it does, as other programs read them, by name: `tokenizer.json`. */
  files?(options: Options, state: State): Readonly<Record<string, string>>;
  /** From what it makes back to the column's units. */
  invert?(options: Options, state: State): (value: number) => number;
}

/** A value that a step cannot convert. The message says what it is: `is "old", which is no number`. */
export class ValueProblem extends Error {
  constructor(
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}

/** The problem of a column without values, where a step learns from them. @param what it learns from: `values` */
export function nothingToLearn(step: string, what = 'values'): ValueProblem {
  return new ValueProblem(`has no ${what} in the training rows, so ${step}() has nothing to learn from`);
}

/** A step with its options. */
export interface PlannedStep {
  readonly step: Step<Json, Json>;
  readonly options: Json;
}

/** A step with its options and what it has learned. */
export interface FittedStep extends PlannedStep {
  readonly state: Json;
}
