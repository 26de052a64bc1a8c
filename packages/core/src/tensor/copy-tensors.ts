import { ForgeError } from '../errors/forge-error.js';
import { describeTensor, type NamedTensors } from './tensor-data.js';

/**
 * Checks that all names, shapes and types match before any tensor is changed.
 * @returns a function that copies the tensors
 * @throws ForgeError STATE_MISMATCH naming the first tensor that is missing, unknown or of another shape or type
 */
export function copyInto(own: NamedTensors, given: NamedTensors, what: string): () => void {
  const unknown = [...given.keys()].find((name) => !own.has(name));
  if (unknown !== undefined) throw mismatch(unknown, `The model has no ${what} "${unknown}".`);
  for (const [name, target] of own) {
    const source = given.get(name);
    if (source === undefined) throw mismatch(name, `The ${what} "${name}" is missing from the state.`);
    if (describeTensor(target) !== describeTensor(source)) {
      const [needed, found] = [describeTensor(target), describeTensor(source)];
      throw mismatch(name, `The ${what} "${name}" is ${needed}, but ${found} in the state.`);
    }
  }
  return () => {
    for (const [name, { bytes }] of own) bytes.set(given.get(name)!.bytes);
  };
}

function mismatch(name: string, message: string): ForgeError {
  return new ForgeError('STATE_MISMATCH', message, { about: name, hint: 'The state belongs to another model.' });
}
