import { isObject } from '../../json/is-object.js';
import { CategoryCounts, categoryOf } from './category-counts.js';
import { isCount, isListOf, isText, requireOption, stepOptions } from './check-step.js';
import { nothingToLearn, type Step } from './step.js';

type Options = { readonly max: number; readonly minCount: number };
/** Index 0 is any other value, and missing ones. */
type State = { readonly values: readonly string[] };

const of = 'vocabulary(options)';

/** The index of a value in the training rows' values, the most frequent first, from 1; 0 for others and missing ones. */
export const vocabulary: Step<Options, State> = {
  kind: 'vocabulary',
  version: 1,
  takes: ['category'],
  gives: 'class',
  takesMissing: true,
  options(given) {
    const options = stepOptions<Options>(given, { max: 100_000, minCount: 1 }, of, { maxTokens: 'max' });
    requireOption(isCount(options.max, 1), of, 'max is a whole number of at least 1');
    requireOption(isCount(options.minCount, 1), of, 'minCount is a whole number of at least 1');
    return options;
  },
  fit({ max, minCount }) {
    const counts = new CategoryCounts();
    return {
      add(value) {
        if (value !== null) counts.add(categoryOf(value));
      },
      end() {
        const frequent = counts.byFrequency().filter((value) => counts.count(value) >= minCount);
        if (frequent.length === 0)
          throw nothingToLearn('vocabulary', minCount === 1 ? 'values' : `value ${minCount} times`);
        return { values: frequent.slice(0, max) };
      },
    };
  },
  isState: (state) => isObject(state) && isListOf(state.values, isText),
  convert(_, { values }) {
    const indices = new Map(values.map((value, index) => [value, index + 1]));
    return (value) => (value === null ? 0 : (indices.get(categoryOf(value)) ?? 0));
  },
  size: (_, { values }) => values.length + 1,
};
