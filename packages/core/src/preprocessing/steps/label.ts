import { isObject } from '../../json/is-object.js';
import { CategoryCounts, categoryOf } from './category-counts.js';
import { isListOf, isText, requireOption, stepOptions } from './check-step.js';
import { describeCell } from './describe-cell.js';
import { type Step, ValueProblem } from './step.js';

type Options = { readonly classes: readonly string[] | null };
type State = { readonly classes: readonly string[] };

const of = 'label({ classes })';
const unknownClass =
  'The classes are those of the training rows. Name all: label({ classes: [ … ] }); give each split some of each: split({ stratify }); or remove the row.';
const mostClasses = 100_000;

/**
 * The index of a class, int32. The classes are those of the training rows in order (numbers by value, texts by code
 * units), or `classes` as given. Another class is an error.
 */
export const label: Step<Options, State> = {
  kind: 'label',
  version: 1,
  takes: ['category'],
  gives: 'class',
  options(given) {
    const options = stepOptions<Options>(given, { classes: null }, of);
    const { classes } = options;
    const valid = classes === null || (isListOf(classes, isText) && new Set(classes).size === classes.length);
    requireOption(valid, of, 'classes are different names');
    return options;
  },
  fit({ classes }) {
    const counts = new CategoryCounts();
    return {
      add: (value) => counts.add(categoryOf(value)),
      end() {
        const found = classes ?? counts.sorted();
        requireOption(found.length <= mostClasses, of, `the column has ${found.length} classes, above ${mostClasses}`);
        return { classes: found };
      },
    };
  },
  isState: (state) => isObject(state) && isListOf(state.classes, isText),
  convert(_, { classes }) {
    const indices = new Map(classes.map((name, index) => [name, index]));
    return (value) => {
      const index = indices.get(categoryOf(value));
      if (index === undefined) {
        throw new ValueProblem(`is ${describeCell(value)}, which is none of the classes`, unknownClass);
      }
      return index;
    };
  },
  classes: (_, { classes }) => classes,
};
