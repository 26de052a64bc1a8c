import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf/tf.js';

export type Gradients = readonly (tfjs.Tensor | null)[];

/**
 * Limits each element to [-clipValue, clipValue], then scales all gradients by clipNorm / max(norm, clipNorm), where
 * norm is the Euclidean norm over all of them (Pascanu et al., 2013; as tf.clip_by_global_norm). The norm never
 * leaves the device. Call inside `tf.tidy`.
 */
export function clipGradients(
  tf: Tf,
  gradients: Gradients,
  { clipValue, clipNorm }: { readonly clipValue?: number | undefined; readonly clipNorm?: number | undefined },
): Gradients {
  const limited =
    clipValue === undefined
      ? gradients
      : gradients.map((gradient) => gradient && tf.clipByValue(gradient, -clipValue, clipValue));
  if (clipNorm === undefined) return limited;
  const squares = limited.flatMap((gradient) => (gradient ? [tf.sum(tf.square(gradient))] : []));
  if (squares.length === 0) return limited;
  const norm = tf.sqrt(tf.addN(squares));
  const scale = tf.div(clipNorm, tf.maximum(norm, clipNorm));
  return limited.map((gradient) => gradient && tf.mul(gradient, scale));
}
