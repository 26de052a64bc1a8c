import type { NoOptions } from '../../errors/check-options.js';
import { stepOptions } from './check-step.js';
import { describeCell } from './describe-cell.js';
import { type Step, type Value, ValueProblem } from './step.js';

/** A number as it is; true and false are 1 and 0. */
export const number: Step<NoOptions, null> = {
  kind: 'number',
  version: 1,
  takes: ['number'],
  gives: 'number',
  options: (given) => stepOptions(given, {}, 'number()'),
  isState: (state) => state === null,
  convert: () => numberOf,
};

const textHint =
  "For text use oneHot(), vocabulary() or label(). One cell that is no number makes a table's column text: declare its type, types: { … }, and the reader names that cell.";

/** @throws ValueProblem unless the value is a finite number, or true or false, which are 1 and 0 */
export function numberOf(value: Value): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'boolean') return Number(value);
  const kind = typeof value === 'number' ? 'finite number' : 'number';
  throw new ValueProblem(`is ${describeCell(value)}, not a ${kind}`, typeof value === 'string' ? textHint : undefined);
}
