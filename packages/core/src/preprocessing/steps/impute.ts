import { isObject } from '../../json/is-object.js';
import type { Cell } from '../../tensor/row.js';
import { CategoryCounts, categoryOf } from './category-counts.js';
import { isFiniteNumber, requireOption, stepOptions } from './check-step.js';
import { numberOf } from './number.js';
import { type Fitting, nothingToLearn, type Step, type Value } from './step.js';

type Options = { readonly with: 'mean' | 'median' | 'mostFrequent' | { readonly value: number | string } };
type State = { readonly value: number | string };

const of = 'impute(with)';

const common = {
  version: 1,
  gives: 'same',
  takesMissing: true,
  isState: (state: unknown) => isObject(state) && (isFiniteNumber(state.value) || typeof state.value === 'string'),
  convert:
    (_: Options, { value: substitute }: State) =>
    (value: Value) =>
      value ?? substitute,
} as const;

/** Replaces missing numbers by the mean or the median of the training rows, or by a number. */
export const imputeNumber: Step<Options, State> = {
  ...common,
  kind: 'imputeNumber',
  takes: ['number'],
  options(given) {
    const options = stepOptions<Options>(given, { with: 'mean' }, of);
    const { with: way } = options;
    const valid = way === 'mean' || way === 'median' || (isObject(way) && isFiniteNumber(way.value));
    requireOption(valid, of, 'numbers are imputed with "mean", "median" or a number');
    return options;
  },
  fit({ with: way }) {
    if (way === 'median') return new Median();
    return typeof way === 'object' ? constant(way) : new Mean();
  },
  convert:
    (_, { value: substitute }) =>
    (value) =>
      value === null ? substitute : numberOf(value),
};

/** Replaces missing categories and texts by the most frequent of the training rows, or by a text. */
export const imputeCategory: Step<Options, State> = {
  ...common,
  kind: 'imputeCategory',
  takes: ['category'],
  options(given) {
    const options = stepOptions<Options>(given, { with: 'mostFrequent' }, of);
    const { with: way } = options;
    const valid = way === 'mostFrequent' || (isObject(way) && typeof way.value === 'string');
    requireOption(valid, of, 'categories are imputed with "mostFrequent" or { value: "text" }');
    return options;
  },
  fit({ with: way }) {
    if (typeof way === 'object') return constant(way);
    const counts = new CategoryCounts();
    return {
      add(value) {
        if (value !== null) counts.add(categoryOf(value));
      },
      end() {
        const [value] = counts.byFrequency();
        if (value === undefined) throw nothingToLearn('impute');
        return { value };
      },
    };
  },
};

function constant(value: State): Fitting<State> {
  return { add() {}, end: () => ({ value: value.value }) };
}

class Mean implements Fitting<State> {
  #count = 0;
  #mean = 0;

  add(value: unknown): void {
    if (value === null) return;
    this.#mean += (numberOf(value as Cell) - this.#mean) / ++this.#count;
  }

  end(): State {
    if (this.#count === 0) throw nothingToLearn('impute');
    return { value: this.#mean };
  }
}

/** Exact: keeps all numbers, 8 bytes each. */
class Median implements Fitting<State> {
  #values = new Float64Array(1024);
  #count = 0;

  add(value: unknown): void {
    if (value === null) return;
    if (this.#count === this.#values.length) {
      const larger = new Float64Array(2 * this.#count);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#count++] = numberOf(value as Cell);
  }

  end(): State {
    const sorted = this.#values.subarray(0, this.#count).sort();
    const middle = this.#count >> 1;
    if (this.#count === 0) throw nothingToLearn('impute');
    return { value: this.#count % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2 };
  }
}
