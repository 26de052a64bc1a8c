import type { Arithmetic } from '../arithmetic.js';
import { type FormulaValues, formula } from '../formula.js';
import { decayed, movingAverage } from './shared.js';

/**
 * RMSProp (Tieleman and Hinton, 2012, lecture 6.5): s ← kept · s + (1 - kept) · g², c ← rate · g / √(s + ε), p ← p - c.
 */
export const rmsprop = formula(['meanSquare', 'change'], ['kept', 'rest', 'epsilon', 'rate'], (arithmetic, values) => {
  const { meanSquare, scaled } = scaledGradient(arithmetic, values);
  return { parameter: arithmetic.sub(decayed(arithmetic, values), scaled), slots: { meanSquare, change: scaled } };
});

/** RMSProp with momentum: c ← momentum · c + rate · g / √(s + ε), p ← p - c. */
export const rmspropMomentum = formula(
  ['meanSquare', 'change'],
  ['kept', 'rest', 'epsilon', 'momentum', 'rate'],
  (arithmetic, values) => {
    const { add, sub, mul } = arithmetic;
    const { meanSquare, scaled } = scaledGradient(arithmetic, values);
    const change = add(mul(values.slots.change, values.constants.momentum), scaled);
    return { parameter: sub(decayed(arithmetic, values), change), slots: { meanSquare, change } };
  },
);

function scaledGradient<T>(
  arithmetic: Arithmetic<T>,
  { gradient, slots, constants }: FormulaValues<T, 'meanSquare', 'kept' | 'rest' | 'epsilon' | 'rate'>,
): { readonly meanSquare: T; readonly scaled: T } {
  const { add, mul, div, sqrt } = arithmetic;
  const { kept, rest, epsilon, rate } = constants;
  const meanSquare = movingAverage(arithmetic, slots.meanSquare, mul(gradient, gradient), kept, rest);
  return { meanSquare, scaled: div(mul(gradient, rate), sqrt(add(meanSquare, epsilon))) };
}
