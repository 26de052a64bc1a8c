import { checkOptimizerOptions, type OptimizerOptions, type Rate, requireNotNegative } from '@forge-ml/core/plugin';
import { makeOptimizer, type Optimizer } from './optimizer.js';

export interface AdagradOptions extends OptimizerOptions {
  /** The initial sum of squares; 0.1 by default, as in Keras (PyTorch: 0). */
  readonly initialAccumulator?: number;
  /** 1e-7 by default, as in Keras (PyTorch: 1e-10, outside the root). */
  readonly epsilon?: number;
}

/**
 * Adagrad (Duchi, Hazan and Singer, 2011): s ← s + g², p ← p - rate · g / √(s + ε).
 * As in Keras and tf.train.adagrad.
 */
export function adagrad(rate: Rate, options: AdagradOptions = {}): Optimizer<'sumOfSquares'> {
  checkOptimizerOptions('adagrad', options, ['initialAccumulator', 'epsilon']);
  const { initialAccumulator = 0.1, epsilon = 1e-7 } = options;
  requireNotNegative('adagrad', 'initialAccumulator', initialAccumulator);
  requireNotNegative('adagrad', 'epsilon', epsilon);
  return makeOptimizer(
    'adagrad',
    rate,
    options,
    { sumOfSquares: initialAccumulator },
    ({ tf, parameter, gradient, slots, rate }) => {
      const sumOfSquares = tf.add(slots.sumOfSquares, tf.square(gradient));
      const change = tf.div(tf.mul(gradient, rate), tf.sqrt(tf.add(sumOfSquares, epsilon)));
      return { parameter: tf.sub(parameter, change), slots: { sumOfSquares } };
    },
  );
}
