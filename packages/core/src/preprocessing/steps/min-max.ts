import { isObject } from '../../json/is-object.js';
import { isFiniteNumber, requireOption, stepOptions } from './check-step.js';
import { numberOf } from './number.js';
import type { Step } from './step.js';

type Options = { readonly range: readonly [number, number] };
type State = { readonly min: number; readonly max: number };

/**
 * Scales numbers linearly, so that the smallest and the largest of the training rows become the ends of `range`. Other
 * rows may be outside of it. A column with one value becomes the lower end.
 */
export const minMax: Step<Options, State> = {
  kind: 'minMax',
  version: 1,
  takes: ['number'],
  gives: 'number',
  options(given) {
    const of = 'minMax({ range })';
    const options = stepOptions<Options>(given, { range: [0, 1] }, of);
    const { range } = options;
    const valid = Array.isArray(range) && range.length === 2 && range.every(isFiniteNumber) && range[0] < range[1];
    requireOption(valid, of, 'range is two numbers, the lower first');
    return options;
  },
  fit() {
    let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    return {
      add(value) {
        const x = numberOf(value);
        if (x < min) min = x;
        if (x > max) max = x;
      },
      end: () => (min > max ? { min: 0, max: 0 } : { min, max }),
    };
  },
  isState: (state) =>
    isObject(state) && isFiniteNumber(state.min) && isFiniteNumber(state.max) && isFiniteNumber(state.max - state.min),
  convert({ range: [low, high] }, { min, max }) {
    const width = max - min || 1;
    // Divides first: the reciprocal of a tiny width would overflow.
    return (value) => low + ((numberOf(value) - min) / width) * (high - low);
  },
  invert({ range: [low, high] }, { min, max }) {
    const width = max - min || 1;
    return (value) => min + ((value - low) / (high - low)) * width;
  },
};
