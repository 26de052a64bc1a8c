import { mul, sub } from '../ops/elementwise.js';
import { type ClipOptions, makeOptimizer, type Optimizer } from './optimizer.js';
import type { Schedule } from './schedules.js';

/**
 * Stochastic gradient descent (Robbins and Monro, 1951): p ← p - rate · g.
 * The same in PyTorch and Keras.
 */
export function sgd(rate: number | Schedule, options: ClipOptions = {}): Optimizer<never> {
  return makeOptimizer<never>('sgd', rate, options, {}, ({ parameter, gradient, rate }) => ({
    parameter: sub(parameter, mul(gradient, rate)),
    slots: {},
  }));
}
