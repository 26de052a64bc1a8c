import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf/tf.js';
import type { Gradients } from './clip-gradients.js';
import type { Trainable } from './updater.js';

/** The slot that holds the sum of a parameter's gradients since the last update. */
const sumSlot = 'accumulated';

/**
 * Accumulates gradients in their own slots. The returned function is called inside `tf.tidy` with the gradients of each
 * batch, and returns their mean after the last batch of an update, undefined after the others. A parameter without a
 * gradient in the last batch keeps its sum for the next update.
 * @param batches the number of batches per update
 */
export function accumulatedGradients(
  tf: Tf,
  parameters: readonly Trainable[],
  batches: number,
  newSlot: (parameter: Trainable, slot: string, initial: number) => tfjs.Variable,
): (gradients: Gradients, batch: number) => Gradients | undefined {
  const sums = parameters.map((parameter) => newSlot(parameter, sumSlot, 0));
  return (gradients, batch) => {
    for (const [index, gradient] of gradients.entries()) {
      if (gradient !== null) sums[index]!.assign(tf.add(sums[index]!, gradient));
    }
    if ((batch + 1) % batches !== 0) return undefined;
    return gradients.map((gradient, index) => {
      if (gradient === null) return null;
      const mean = tf.mul(sums[index]!, 1 / batches);
      sums[index]!.assign(tf.zerosLike(sums[index]!));
      return mean;
    });
  };
}
