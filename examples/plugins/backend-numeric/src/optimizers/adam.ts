import { fraction, positive } from '../options.js';
import type { Optimizer } from './optimizer.js';

/** Adam (Kingma and Ba 2015). The step is an argument, so that only the moments have to be saved. */
export function adam(learningRate: number, { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = {}): Optimizer {
  positive('adam', 'learningRate', learningRate);
  fraction('adam', 'beta1', beta1);
  fraction('adam', 'beta2', beta2);
  positive('adam', 'epsilon', epsilon);
  return {
    slots: ['m', 'v'],
    update(values, gradient, [m, v], step) {
      const correction1 = 1 - beta1 ** (step + 1);
      const correction2 = 1 - beta2 ** (step + 1);
      for (let at = 0; at < values.length; at++) {
        const slope = gradient[at]!;
        m![at] = beta1 * m![at]! + (1 - beta1) * slope;
        v![at] = beta2 * v![at]! + (1 - beta2) * slope * slope;
        const size = Math.sqrt(v![at]! / correction2) + epsilon;
        values[at]! -= (learningRate * (m![at]! / correction1)) / size;
      }
    },
  };
}
