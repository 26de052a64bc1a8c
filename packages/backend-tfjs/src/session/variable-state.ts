import type { DType, NamedTensors, TensorData } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import { fromTensor, toTensor } from '../tf/tensors.js';
import type { Tf } from '../tf/tf.js';

type Variables = ReadonlyMap<string, tfjs.Variable>;

/** @param memory an earlier capture, whose memory may be reused */
export function captureVariables(tf: Tf, variables: Variables, memory?: NamedTensors): Map<string, TensorData> {
  return new Map(Array.from(variables, ([name, variable]) => [name, fromTensor(tf, variable, memory?.get(name))]));
}

/** The dtype and shape of each variable; all of dtypes that can be saved. */
export function tensorsOf(variables: Variables): Map<string, Pick<TensorData, 'dtype' | 'shape'>> {
  return new Map(Array.from(variables, ([name, { dtype, shape }]) => [name, { dtype: dtype as DType, shape }]));
}

/** Assigns a state that `checkState` has passed. */
export function assignState(tf: Tf, variables: Variables, state: NamedTensors): void {
  tf.tidy(() => {
    for (const [name, variable] of variables) {
      const saved = state.get(name)!;
      // Copied: the cpu engine computes in the memory that it is given.
      variable.assign(toTensor(tf, name, { ...saved, bytes: saved.bytes.slice() }));
    }
  });
}
