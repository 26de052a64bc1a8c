import type { Arithmetic } from '../arithmetic.js';
import type { FormulaValues } from '../formula.js';

/** kept · average + rest · value: the exponential moving average, with rest = 1 - kept. */
export function movingAverage<T>({ add, mul }: Arithmetic<T>, average: T, value: T, kept: T, rest: T): T {
  return add(mul(average, kept), mul(value, rest));
}

/** The parameter with decoupled weight decay (Loshchilov and Hutter, 2019). */
export function decayed<T>({ mul }: Arithmetic<T>, { parameter, decay }: FormulaValues<T>): T {
  return decay === undefined ? parameter : mul(parameter, decay);
}
