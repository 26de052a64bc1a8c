import { fraction, positive } from '../options.js';
import type { Optimizer } from './optimizer.js';

/** Gradient descent with momentum (Polyak 1964). */
export function momentum(learningRate: number, decay = 0.9): Optimizer {
  positive('momentum', 'learningRate', learningRate);
  fraction('momentum', 'decay', decay);
  return {
    slots: ['velocity'],
    update(values, gradient, [velocity]) {
      for (let at = 0; at < values.length; at++) {
        velocity![at] = decay * velocity![at]! + gradient[at]!;
        values[at]! -= learningRate * velocity![at]!;
      }
    },
  };
}
