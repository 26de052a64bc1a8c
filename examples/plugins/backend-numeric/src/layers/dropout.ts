import { type Matrix, map, zeros } from '../matrix.js';
import { fraction } from '../options.js';
import type { LayerPlan } from './layer.js';

/**
 * In a step, sets each number to zero with a probability of `rate` and scales up the rest (Srivastava et al. 2014); in
 * evaluations and predictions, changes nothing.
 */
export function dropout(rate: number): LayerPlan {
  fraction('dropout', 'rate', rate);
  return {
    kind: 'dropout',
    build(inputs) {
      let mask: Matrix = zeros(0, inputs);
      return {
        outputs: inputs,
        parameters: [],
        forward(x, { training, random }) {
          if (!training || rate === 0) {
            mask = map(x, () => 1);
            return x;
          }
          mask = map(x, () => (random.float() < rate ? 0 : 1 / (1 - rate)));
          return map(x, (value, at) => value * mask.values[at]!);
        },
        backward: (gradient) => map(gradient, (value, at) => value * mask.values[at]!),
      };
    },
  };
}
