import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf/tf.js';

/**
 * The value of `f` and its gradient with respect to each variable, by position; null where `f` does not depend on it.
 * Unlike `tf.variableGrads` it needs no unique names, and it leaks nothing if `f` or a gradient throws.
 */
export function gradientsOf(
  tf: Tf,
  f: () => tfjs.Tensor,
  variables: readonly tfjs.Variable[],
): { value: tfjs.Tensor; gradients: (tfjs.Tensor | null)[] } {
  const engine = tf.engine();
  try {
    const { value, grads } = engine.gradients(f, [...variables], undefined, true);
    return { value, gradients: grads.map((gradient) => gradient ?? null) };
  } catch (error) {
    // The engine keeps the tensors of the tape until the gradients are computed, which now never happens.
    for (const node of engine.state.activeTape ?? []) tf.dispose(node.saved ?? []);
    engine.state.activeTape = [];
    throw error;
  }
}
