import { isObject } from '../../json/is-object.js';
import { CategoryCounts, categoryOf } from './category-counts.js';
import { isCount, isListOf, isText, requireOption, stepOptions } from './check-step.js';
import { describeCell } from './describe-cell.js';
import { type Step, ValueProblem } from './step.js';

type Options = { readonly unknown: 'zeros' | 'error'; readonly max: number };
/** `missing`: whether missing values are a category of their own, after the others. */
type State = { readonly categories: readonly string[]; readonly missing: boolean };

const of = 'oneHot(options)';

/**
 * A vector with a 1 for the category. Missing values are a category if training rows have them; a category that no
 * training row has is all zeros, or an error with `unknown: 'error'`.
 */
export const oneHot: Step<Options, State> = {
  kind: 'oneHot',
  version: 1,
  takes: ['category'],
  gives: 'vector',
  takesMissing: true,
  options(given) {
    const options = stepOptions<Options>(given, { unknown: 'zeros', max: 1000 }, of, { handleUnknown: 'unknown' });
    requireOption(['zeros', 'error'].includes(options.unknown), of, 'unknown is "zeros" or "error"');
    requireOption(isCount(options.max, 1), of, 'max is a whole number of at least 1');
    return options;
  },
  fit({ max }) {
    const counts = new CategoryCounts();
    let missing = false;
    return {
      add(value) {
        if (value === null) missing = true;
        else counts.add(categoryOf(value));
      },
      end() {
        const categories = counts.sorted();
        requireOption(
          categories.length <= max,
          of,
          `the column has ${categories.length} categories, more than max, ${max}; use vocabulary() with an embedding`,
        );
        return { categories, missing };
      },
    };
  },
  isState: (state) => isObject(state) && isListOf(state.categories, isText) && typeof state.missing === 'boolean',
  convert({ unknown }, { categories, missing }) {
    const indices = new Map(categories.map((category, index) => [category, index]));
    const size = categories.length + Number(missing);
    return (value) => {
      const out = new Float32Array(size);
      const index = value === null ? (missing ? categories.length : undefined) : indices.get(categoryOf(value));
      if (index !== undefined) out[index] = 1;
      else if (unknown === 'error') throw new ValueProblem(`is ${describeCell(value)}, which no training row has`);
      return out;
    };
  },
  size: (_, { categories, missing }) => categories.length + Number(missing),
};
