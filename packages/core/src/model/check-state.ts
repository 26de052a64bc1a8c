import { ForgeError } from '../errors/forge-error.js';
import { describeTensor, type NamedTensors, type TensorData } from '../tensor/tensor-data.js';

/**
 * Holds a saved state against what a session has.
 * @param kind `parameter` or `optimizer slot`, as it stands in the message.
 * @throws ForgeError STATE_MISMATCH naming the first tensor that is missing, of another type or shape, or unknown.
 */
export function checkState(
  kind: string,
  expected: ReadonlyMap<string, Pick<TensorData, 'dtype' | 'shape'>>,
  state: NamedTensors,
): void {
  for (const [name, own] of expected) {
    const saved = state.get(name);
    if (saved === undefined) throw mismatch(name, `The saved state has no ${kind} ${name}.`);
    const [wanted, actual] = [describeTensor(own), describeTensor(saved)];
    if (actual !== wanted) {
      throw mismatch(name, `The ${kind} ${name} is ${wanted} in the model but ${actual} in the saved state.`);
    }
  }
  for (const name of state.keys()) {
    if (!expected.has(name)) throw mismatch(name, `The saved state has the ${kind} ${name}, which the model has not.`);
  }
}

function mismatch(about: string, message: string): ForgeError {
  return new ForgeError('STATE_MISMATCH', message, {
    about,
    hint: 'Build the model with the flags and the optimizer it was saved with.',
  });
}
