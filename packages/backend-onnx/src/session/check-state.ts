import { describeTensor, ForgeError, type NamedTensors } from '@forge-ml/core/plugin';
import type { ParameterValue } from '../graph/graph.js';

/**
 * @param kind `parameter` or `optimizer slot`, as it stands in the message.
 * @throws ForgeError STATE_MISMATCH naming the first tensor that is missing, of another type or shape, or unknown.
 */
export function checkState(
  kind: string,
  expected: Iterable<Pick<ParameterValue, 'name' | 'initial'>>,
  state: NamedTensors,
): void {
  const known = new Set<string>();
  for (const { name, initial } of expected) {
    known.add(name);
    const saved = state.get(name);
    if (saved === undefined) throw mismatch(name, `The saved state has no ${kind} ${name}.`);
    const [wanted, actual] = [describeTensor(initial), describeTensor(saved)];
    if (actual !== wanted) {
      throw mismatch(name, `The ${kind} ${name} is ${wanted} in the model but ${actual} in the saved state.`);
    }
  }
  for (const name of state.keys()) {
    if (!known.has(name)) throw mismatch(name, `The saved state has the ${kind} ${name}, which the model has not.`);
  }
}

function mismatch(about: string, message: string): ForgeError {
  return new ForgeError('STATE_MISMATCH', message, {
    about,
    hint: 'Build the model with the flags and the optimizer it was saved with.',
  });
}
