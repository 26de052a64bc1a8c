import { ForgeError, type RandomStream } from '@forge-ml/core/plugin';
import type { Tf } from '../tf/tf.js';
import type { StepContext } from './tfjs-model.js';

/** @param stream this step's own: the seeds of its dropout masks are drawn from it, one a call. */
export function stepContext(tf: Tf, stream: RandomStream, step: number, training: boolean): StepContext {
  return {
    training,
    step,
    dropout(x, rate) {
      if (!(rate >= 0 && rate < 1)) {
        throw new ForgeError(
          'MODEL_INVALID',
          `dropout(x, rate): the rate is a number from 0 up to but not 1, not ${rate}.`,
        );
      }
      if (!training || rate === 0) return x;
      return tf.dropout(x, rate, undefined, stream.float()) as typeof x;
    },
  };
}
