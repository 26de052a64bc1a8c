import { describeTensor, ForgeError, type NamedTensors } from '@forge-ml/core/plugin';

/** Tensors that later steps do not change. */
export function copies(tensors: NamedTensors): NamedTensors {
  return new Map([...tensors].map(([name, value]) => [name, { ...value, bytes: value.bytes.slice() }]));
}

/**
 * Checks that a saved state fits, name by name, and gives back what assigns it: so that all is checked before any is
 * changed.
 * @throws ForgeError STATE_MISMATCH naming the first that does not
 */
export function fitting(own: NamedTensors, saved: NamedTensors, what: string): () => void {
  const unknown = [...saved.keys()].find((name) => !own.has(name));
  if (unknown !== undefined) throw mismatch(unknown, `The model has no ${what} "${unknown}".`);
  for (const [name, mine] of own) {
    const theirs = saved.get(name);
    if (theirs === undefined) throw mismatch(name, `The ${what} "${name}" is missing from the state.`);
    const [here, there] = [describeTensor(mine), describeTensor(theirs)];
    if (here !== there) throw mismatch(name, `The ${what} "${name}" is ${here}, in the state ${there}.`);
  }
  return () => {
    for (const [name, { bytes }] of own) bytes.set(saved.get(name)!.bytes);
  };
}

function mismatch(about: string, message: string): ForgeError {
  return new ForgeError('STATE_MISMATCH', message, { about, hint: 'The state belongs to another model.' });
}
