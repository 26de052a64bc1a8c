import { positive } from '../options.js';
import type { Optimizer } from './optimizer.js';

/** Gradient descent: a step against the gradient. */
export function sgd(learningRate: number): Optimizer {
  positive('sgd', 'learningRate', learningRate);
  return {
    slots: [],
    update(values, gradient) {
      for (let at = 0; at < values.length; at++) values[at]! -= learningRate * gradient[at]!;
    },
  };
}
