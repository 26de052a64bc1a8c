import { ForgeError } from '../errors/forge-error.js';
import { describeTensor, type NamedTensors } from './tensor-data.js';

/**
 * Checks that tensors fit, name by name, and gives back what copies them: so that all is checked before any is changed.
 * @throws ForgeError STATE_MISMATCH naming the first that is missing, unknown or of another shape or type
 */
export function copyInto(own: NamedTensors, given: NamedTensors, what: string): () => void {
  const unknown = [...given.keys()].find((name) => !own.has(name));
  if (unknown !== undefined) throw mismatch(unknown, `The model has no ${what} "${unknown}".`);
  for (const [name, mine] of own) {
    const theirs = given.get(name);
    if (theirs === undefined) throw mismatch(name, `The ${what} "${name}" is missing from the state.`);
    if (describeTensor(mine) !== describeTensor(theirs)) {
      throw mismatch(name, `The ${what} "${name}" is ${describeTensor(mine)}, in the state ${describeTensor(theirs)}.`);
    }
  }
  return () => {
    for (const [name, { bytes }] of own) bytes.set(given.get(name)!.bytes);
  };
}

function mismatch(name: string, message: string): ForgeError {
  return new ForgeError('STATE_MISMATCH', message, { about: name, hint: 'The state belongs to another model.' });
}
