import { ForgeError, type RandomStream } from '@forge-ml/core/plugin';
import type { StepContext } from '../model/tfjs-model.js';
import type { Tf } from '../tf/tf.js';

/** @param stream the step's own: each call of dropout draws its seed from it. */
export function stepContext(tf: Tf, stream: RandomStream, step: number, training: boolean): StepContext {
  return {
    training,
    step,
    dropout(x, rate) {
      if (!(rate >= 0 && rate < 1)) {
        throw new ForgeError(
          'MODEL_INVALID',
          `dropout(x, rate): the rate is a number of at least 0 and below 1, not ${rate}.`,
        );
      }
      if (!training || rate === 0) return x;
      return tf.dropout(x, rate, undefined, stream.float()) as typeof x;
    },
  };
}
