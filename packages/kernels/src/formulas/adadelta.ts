import { formula } from '../formula.js';
import { decayed, movingAverage } from './shared.js';

/**
 * Adadelta (Zeiler, 2012): s ← kept · s + (1 - kept) · g², c = √((u + ε) / (s + ε)) · g, u ← kept · u + (1 - kept) · c²,
 * p ← p - rate · c.
 */
export const adadelta = formula(
  ['meanSquare', 'meanSquareChange'],
  ['kept', 'rest', 'epsilon', 'rate'],
  (arithmetic, values) => {
    const { add, sub, mul, div, sqrt } = arithmetic;
    const { gradient, slots, constants } = values;
    const { kept, rest, epsilon, rate } = constants;
    const meanSquare = movingAverage(arithmetic, slots.meanSquare, mul(gradient, gradient), kept, rest);
    const scale = sqrt(div(add(slots.meanSquareChange, epsilon), add(meanSquare, epsilon)));
    const change = mul(scale, gradient);
    const meanSquareChange = movingAverage(arithmetic, slots.meanSquareChange, mul(change, change), kept, rest);
    return {
      parameter: sub(decayed(arithmetic, values), mul(change, rate)),
      slots: { meanSquare, meanSquareChange },
    };
  },
);
