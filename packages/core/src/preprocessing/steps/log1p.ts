import type { NoOptions } from '../../errors/check-options.js';
import { stepOptions } from './check-step.js';
import { numberOf } from './number.js';
import { type Step, ValueProblem } from './step.js';

/** ln(1 + x), for amounts over several orders of magnitude. */
export const log1p: Step<NoOptions, null> = {
  kind: 'log1p',
  version: 1,
  takes: ['number'],
  gives: 'number',
  options: (given) => stepOptions(given, {}, 'log1p()'),
  isState: (state) => state === null,
  convert: () => (value) => {
    const x = numberOf(value);
    if (x <= -1) throw new ValueProblem(`is ${x}, and log1p needs a number above -1`);
    return Math.log1p(x);
  },
  invert: () => Math.expm1,
};
