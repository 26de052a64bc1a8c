import { describeTensor, ForgeError, type NamedTensors, type TensorData } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf.js';
import { fromTensor, toTensor } from './tensors.js';

type Variables = ReadonlyMap<string, tfjs.Variable>;

/** @param memory an earlier capture, whose memory may be used again */
export function captureVariables(tf: Tf, variables: Variables, memory?: NamedTensors): Map<string, TensorData> {
  return new Map(Array.from(variables, ([name, variable]) => [name, fromTensor(tf, variable, memory?.get(name))]));
}

/**
 * @param kind `parameter` or `optimizer slot`, as it stands in the message.
 * @throws ForgeError STATE_MISMATCH naming the first tensor that is missing, of another type or shape, or unknown.
 */
export function checkState(kind: string, variables: Variables, state: NamedTensors): void {
  for (const [name, { dtype, shape }] of variables) {
    const saved = state.get(name);
    if (saved === undefined) throw mismatch(name, `The saved state has no ${kind} ${name}.`);
    const wanted = describeTensor({ dtype: dtype as TensorData['dtype'], shape });
    if (describeTensor(saved) !== wanted) {
      throw mismatch(
        name,
        `The ${kind} ${name} is ${wanted} in the model but ${describeTensor(saved)} in the saved state.`,
      );
    }
  }
  for (const name of state.keys()) {
    if (!variables.has(name)) throw mismatch(name, `The saved state has the ${kind} ${name}, which the model has not.`);
  }
}

/** Assigns a state that `checkState` has passed. */
export function assignState(tf: Tf, variables: Variables, state: NamedTensors): void {
  tf.tidy(() => {
    for (const [name, variable] of variables) {
      const saved = state.get(name)!;
      // Copied: the cpu engine computes on the very memory it is handed.
      variable.assign(toTensor(tf, name, { ...saved, bytes: saved.bytes.slice() }));
    }
  });
}

function mismatch(about: string, message: string): ForgeError {
  return new ForgeError('STATE_MISMATCH', message, {
    about,
    hint: 'Build the model with the flags and the optimizer it was saved with.',
  });
}
