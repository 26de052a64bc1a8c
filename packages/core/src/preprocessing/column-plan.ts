import { checkOptions } from '../errors/check-options.js';
import { ForgeError } from '../errors/forge-error.js';
import { type StepKind, stepKinds } from './step-kinds.js';
import { isListOf, isText, requireOption } from './steps/check-step.js';
import type { Json, PlannedStep, Step, ValueType } from './steps/step.js';

export interface OneHotOptions {
  /** A category that no training row has: a vector of zeros (default), or an error. */
  readonly unknown?: 'zeros' | 'error';
  /** More categories than this are an error. Default: 1000. */
  readonly max?: number;
}

export interface VocabularyOptions {
  /** Keep only the most frequent values. Default: 100,000. */
  readonly max?: number;
  /** Keep only values that occur at least this often. Default: 1. */
  readonly minCount?: number;
}

export interface TokenizeOptions {
  /** Words and single punctuation marks (default), or characters. */
  readonly by?: 'words' | 'characters';
  /** Longer texts are cut. Default: 128. */
  readonly maxLength?: number;
  /** Keep only the most frequent tokens. Default: 20,000. */
  readonly maxTokens?: number;
  /** Keep only tokens that occur at least this often. Default: 1. */
  readonly minCount?: number;
  /** Default: true. */
  readonly lowercase?: boolean;
  /** Pad with 0 up to `maxLength` (default). Without, use `padBatch` or `bucketByLength`. */
  readonly pad?: boolean;
}

/**
 * How a column becomes part of an array: steps in order. Steps that learn from the data, such as `standardize`, are
 * fitted on the training rows once, and stored in the run.
 */
export class ColumnPlan {
  private constructor(
    /** The column that it reads; null for the one of its own name. */
    readonly source: string | null,
    readonly steps: readonly PlannedStep[],
    /** Whether it is what the model predicts: absent at prediction. Its outputs are in its units. */
    readonly isTarget: boolean,
    /** The outputs of the model that are in its units; null for the one of its name, or the only one. */
    readonly outputs: readonly string[] | null,
  ) {}

  /** A plan that reads a column by a name, or, by null, the one that it is called after. */
  static of(source: string | null): ColumnPlan {
    return new ColumnPlan(source, [], false, null);
  }

  /**
   * A step that a package provides. For `forge predict` and servers to read it from a run, the package is a plugin that
   * provides it under `steps`.
   * @param given its options
   */
  step<Options extends Json>(step: Step<Options>, given: object): ColumnPlan {
    return this.#with(step as unknown as Step<Json, Json>, given);
  }

  /** A number as it is; true and false are 1 and 0. */
  number(): ColumnPlan {
    return this.withStep('number', {});
  }

  /**
   * Replaces missing values: by the `mean` or `median` of the training rows, their `mostFrequent` category, a number, or a
   * text.
   */
  impute(by: 'mean' | 'median' | 'mostFrequent' | number | { readonly value: string | number } = 'mean'): ColumnPlan {
    const way = typeof by === 'number' ? { value: by } : by;
    const category = way === 'mostFrequent' || (typeof way === 'object' && typeof way.value === 'string');
    return this.withStep(category ? 'imputeCategory' : 'imputeNumber', { with: way });
  }

  /** Subtracts the mean of the training rows and divides by their standard deviation; images by channel. */
  standardize(): ColumnPlan {
    return this.withStep('standardize', {});
  }

  /** Scales numbers, so that the training rows are in `range` (default: 0 to 1). */
  minMax(options: { readonly range?: readonly [number, number] } = {}): ColumnPlan {
    return this.withStep('minMax', options);
  }

  /** ln(1 + x). */
  log1p(): ColumnPlan {
    return this.withStep('log1p', {});
  }

  /** Limits numbers to a range. */
  clip(options: { readonly min?: number; readonly max?: number }): ColumnPlan {
    return this.withStep('clip', options);
  }

  /** A vector with a 1 for the category. */
  oneHot(options: OneHotOptions = {}): ColumnPlan {
    return this.withStep('oneHot', options);
  }

  /** The index of a value among those of the training rows, from 1; 0 for others. For an embedding. */
  vocabulary(options: VocabularyOptions = {}): ColumnPlan {
    return this.withStep('vocabulary', options);
  }

  /** The tokens of a text: words by frequency; 0 pads, 1 is a word that no training row has. */
  tokenize(options: TokenizeOptions = {}): ColumnPlan {
    return this.withStep('tokenize', options);
  }

  /** The index of a class, int32. It is the model's target. */
  label(options: { readonly classes?: readonly string[] } = {}): ColumnPlan {
    return this.withStep('label', options).target();
  }

  /** Multiplies an array (default: by 1/255) and makes it float32. */
  scale(options: { readonly by?: number } = {}): ColumnPlan {
    return this.withStep('scale', options);
  }

  /** Resizes images to [height, width]. */
  resize(size: readonly [number, number]): ColumnPlan {
    return this.withStep('resize', { size });
  }

  /**
   * Marks what the model is to predict: rows to predict need not have it.
   * @param options.outputs the model's outputs in its units, which predictions convert back: of a standardized price to
   * dollars. Default: the output of its name, or the only output.
   */
  target(options: { readonly outputs?: readonly string[] } = {}): ColumnPlan {
    const of = 'target({ outputs })';
    checkOptions(options, ['outputs'], { of, synonyms: { output: 'outputs' } });
    const { outputs } = options;
    const valid = outputs === undefined || (isListOf(outputs, isText) && outputs.length > 0);
    requireOption(valid, of, 'outputs is a list of names of the model\'s outputs, such as ["mean"]');
    return new ColumnPlan(this.source, this.steps, true, outputs ?? null);
  }

  /** What it makes of a column. */
  get gives(): ValueType | undefined {
    let type: ValueType | undefined;
    for (const { step } of this.steps) type = step.gives === 'same' ? (type ?? step.takes[0]) : step.gives;
    return type;
  }

  /** The kind of the raw column; undefined where any does. */
  get takes(): ValueType | undefined {
    return this.steps[0]?.step.takes.length === 1 ? this.steps[0].step.takes[0] : undefined;
  }

  private withStep(kind: StepKind, given: object): ColumnPlan {
    return this.#with(stepKinds[kind], given);
  }

  #with(step: Step<Json, Json>, given: object): ColumnPlan {
    const { kind } = step;
    const planned = { step, options: step.options(given) };
    const before = this.gives;
    const last = this.steps.at(-1)?.step;
    if (last !== undefined && before !== undefined && !fits(before, step.takes)) {
      throw new ForgeError(
        'DATA_INVALID',
        `${kind}() takes ${step.takes.join(' or ')}, and ${last.kind}() gives ${before}.`,
        {
          about: kind,
          hint: 'Change the order of the steps, or omit one.',
        },
      );
    }
    return new ColumnPlan(this.source, [...this.steps, planned], this.isTarget, this.outputs);
  }
}

function fits(given: ValueType, takes: readonly ValueType[]): boolean {
  return takes.includes(given) || (given === 'category' && takes.includes('text'));
}
