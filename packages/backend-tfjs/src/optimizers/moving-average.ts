import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf/tf.js';

/** decay · average + (1 - decay) · value: the exponential moving average that most optimizers use. */
export function movingAverage(tf: Tf, average: tfjs.Tensor, value: tfjs.Tensor, decay: number): tfjs.Tensor {
  return tf.add(tf.mul(average, decay), tf.mul(value, 1 - decay));
}
