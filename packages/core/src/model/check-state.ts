import { ForgeError } from '../errors/forge-error.js';
import { describeTensor, type NamedTensors, type TensorData } from '../tensor/tensor-data.js';

/**
 * Checks a saved state against the tensors of a session.
 * @param kind `parameter` or `optimizer slot`, for messages
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
    const [needed, actual] = [describeTensor(own), describeTensor(saved)];
    if (actual !== needed) {
      throw mismatch(name, `The ${kind} ${name} is ${needed} in the model but ${actual} in the saved state.`);
    }
  }
  for (const name of state.keys()) {
    if (!expected.has(name))
      throw mismatch(name, `The saved state has the ${kind} ${name}, which the model does not have.`);
  }
}

function mismatch(about: string, message: string): ForgeError {
  return new ForgeError('STATE_MISMATCH', message, {
    about,
    hint: 'Build the model with the same flags and optimizer as when it was saved.',
  });
}
