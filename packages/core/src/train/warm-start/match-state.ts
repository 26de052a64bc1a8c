import type { ParameterInfo } from '../../backend/backend.js';
import { ForgeError } from '../../errors/forge-error.js';
import { describeTensor, type NamedTensors, type TensorData } from '../../tensor/tensor-data.js';
import { nearestName } from '../../text/flag-names.js';
import type { NameMap } from './map-name.js';

/** A parameter of the model that keeps its initial value. */
export interface UnmatchedParameter {
  readonly name: string;
  /** Why: `not in churn/9`, or `float32[64, 5] in churn/9, float32[64, 10] in the model`. */
  readonly reason: string;
}

export interface MatchedState {
  /** Values by the model's names. */
  readonly tensors: NamedTensors;
  readonly unmatched: readonly UnmatchedParameter[];
  /** Parameters of the other run that the model does not have, by their names there. */
  readonly unused: readonly string[];
}

/**
 * Matches the parameters of another run with those of a model, by name, dtype and shape.
 * @param source names the other run in messages: `churn/9`
 * @throws ForgeError STATE_MISMATCH if none matches; FLAG_INVALID for a map that renames none, or two to one name
 */
export function matchState(
  parameters: readonly ParameterInfo[],
  given: NamedTensors,
  maps: readonly NameMap[],
  source: string,
): MatchedState {
  const renamed = rename(given, maps, source);
  const tensors = new Map<string, TensorData>();
  const unmatched: UnmatchedParameter[] = [];
  for (const parameter of parameters) {
    const { name } = parameter;
    const found = renamed.get(name);
    if (found === undefined) unmatched.push({ name, reason: `not in ${source}` });
    else if (isSame(found.value, parameter)) tensors.set(name, found.value);
    else {
      const types = `${describeTensor(found.value)} in ${source}, ${describeTensor(parameter)} in the model`;
      unmatched.push({ name, reason: types });
    }
  }
  if (tensors.size === 0) throw matchesNone(parameters, [...renamed.keys()], source);
  const unused = Array.from(renamed, ([name, { from }]) => (tensors.has(name) ? [] : [from])).flat();
  return { tensors, unmatched, unused };
}

interface Renamed {
  readonly from: string;
  readonly value: TensorData;
}

/** Each parameter by its new name: by the first map that matches it, else its own. */
function rename(given: NamedTensors, maps: readonly NameMap[], source: string): ReadonlyMap<string, Renamed> {
  const renamed = new Map<string, Renamed>();
  const used = new Set<NameMap>();
  for (const [from, value] of given) {
    const map = maps.find((candidate) => candidate.rename(from) !== undefined);
    if (map !== undefined) used.add(map);
    const to = map?.rename(from) ?? from;
    const other = renamed.get(to);
    if (other !== undefined) throw renamesTwo(other.from, from, to);
    renamed.set(to, { from, value });
  }
  const idle = maps.find((map) => !used.has(map));
  if (idle !== undefined) throw renamesNone(idle, [...given.keys()], source);
  return renamed;
}

function isSame(value: TensorData, { dtype, shape }: ParameterInfo): boolean {
  return (
    value.dtype === dtype && value.shape.length === shape.length && shape.every((size, at) => size === value.shape[at])
  );
}

const mostListed = 5;

function listed(names: readonly string[]): string {
  const more = names.length - mostListed;
  return `${names.slice(0, mostListed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function matchesNone(parameters: readonly ParameterInfo[], given: readonly string[], source: string): ForgeError {
  const names = parameters.map(({ name }) => name);
  return new ForgeError(
    'STATE_MISMATCH',
    `No parameter of ${source} has the name, dtype and shape of one of the model.`,
    {
      about: 'initFrom',
      hint: `The model has ${listed(names)}; ${source} has ${listed(given)}. Rename them: --map 'FROM=TO'.`,
    },
  );
}

function renamesNone({ text }: NameMap, names: readonly string[], source: string): ForgeError {
  const nearest = nearestName(text.split('=')[0]!, names);
  return new ForgeError('FLAG_INVALID', `--map ${text} matches no parameter of ${source}.`, {
    about: 'map',
    hint: nearest === undefined ? `${source} has ${listed(names)}.` : `Did you mean ${nearest}?`,
  });
}

function renamesTwo(one: string, other: string, name: string): ForgeError {
  return new ForgeError('FLAG_INVALID', `--map gives ${one} and ${other} the same name, ${name}.`, {
    about: 'map',
    hint: 'Rename each to a name of its own.',
  });
}
