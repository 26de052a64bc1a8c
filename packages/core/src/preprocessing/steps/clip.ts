import { isFiniteNumber, requireOption, stepOptions } from './check-step.js';
import { numberOf } from './number.js';
import type { Step } from './step.js';

type Options = { readonly min: number | null; readonly max: number | null };

/** Limits numbers to a range. */
export const clip: Step<Options, null> = {
  kind: 'clip',
  version: 1,
  takes: ['number'],
  gives: 'number',
  options(given) {
    const options = stepOptions<Options>(given, { min: null, max: null }, 'clip({ min, max })');
    const { min, max } = options;
    const isLimit = (limit: unknown) => limit === null || isFiniteNumber(limit);
    requireOption(isLimit(min) && isLimit(max), 'clip({ min, max })', 'min and max are numbers');
    requireOption(min !== null || max !== null, 'clip({ min, max })', 'give min, max or both');
    requireOption(min === null || max === null || min <= max, 'clip({ min, max })', 'min is at most max');
    return options;
  },
  isState: (state) => state === null,
  convert:
    ({ min, max }) =>
    (value) =>
      Math.min(max ?? Number.POSITIVE_INFINITY, Math.max(min ?? Number.NEGATIVE_INFINITY, numberOf(value))),
};
