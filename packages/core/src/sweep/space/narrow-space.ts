import type { FlagSpecs } from '../../config/flags/flag.js';
import { findName, nearestName } from '../../text/flag-names.js';
import type { ParameterDefinition, SpaceDefinition } from './definitions.js';
import { describeParameter } from './describe-parameter.js';
import { canHave, countValues, isDiscrete, valueAt } from './parameter-values.js';
import { resolveSpace } from './resolve-space.js';
import type { Parameter, Space } from './space.js';
import { sweepError } from './sweep-error.js';

/**
 * A space with some parameters narrowed. A parameter keeps its condition, unless the change gives another; one whose
 * condition can no longer hold is removed.
 * @param changes the parameters to narrow; no other may be named
 * @throws ForgeError FLAG_INVALID, SWEEP_INVALID naming a parameter that has values outside the old space
 */
export function narrowSpace(space: Space, changes: SpaceDefinition, specs: FlagSpecs): Space {
  const changed = new Map(Object.entries(changes).map(([given, change]) => [knownName(given, space), change]));
  const definitions: Record<string, ParameterDefinition> = {};
  let narrowed: Space = {};
  for (const [name, old] of Object.entries(space)) {
    const change = changed.get(name);
    const when = change?.when ?? possibleCondition(old, narrowed);
    if (when === undefined) {
      if (change === undefined) continue;
      const message = `The parameter ${name} is never used: its condition on ${old.when!.parameter} cannot hold.`;
      throw sweepError(message, name, `Omit ${name}, or change the values of ${old.when!.parameter}.`);
    }
    definitions[name] = { ...(change ?? definitionOf(old)), when };
    narrowed = resolveSpace(definitions, specs);
    if (isWithin(narrowed[name]!, old)) continue;
    const given = describeParameter(narrowed[name]!, specs[name]!.kind);
    const message = `The parameter ${name} has values outside those of the sweep: ${given}.`;
    throw sweepError(
      message,
      name,
      `A sweep can only be narrowed. So far: ${describeParameter(old, specs[name]!.kind)}.`,
    );
  }
  return narrowed;
}

function knownName(given: string, space: Space): string {
  const names = Object.keys(space);
  const name = findName(given, names);
  if (name !== undefined) return name;
  const nearest = nearestName(given, names);
  const hint = nearest === undefined ? `It varies ${names.join(', ')}.` : `Did you mean ${nearest}?`;
  throw sweepError(`The sweep does not vary ${given}.`, given, hint);
}

/** The condition with the values that are left; undefined where there is none. */
function possibleCondition({ when }: Parameter, narrowed: Space): ParameterDefinition['when'] | undefined {
  if (when === null) return null;
  const of = Object.hasOwn(narrowed, when.parameter) ? narrowed[when.parameter]! : undefined;
  const values = of === undefined ? [] : when.values.filter((value) => canHave(of, value));
  return values.length === 0 ? undefined : { ...when, values };
}

function definitionOf(parameter: Parameter): ParameterDefinition {
  if (parameter.kind === 'choice') return parameter;
  const { low, high, log, step, when } = parameter;
  return { kind: 'range', low, high, log, step, integer: parameter.kind === 'integer', when };
}

/** Whether another parameter can have every value of a parameter, and is used wherever it is. */
export function isWithin(parameter: Parameter, of: Parameter): boolean {
  if (!isConditionWithin(parameter, of)) return false;
  if (!isDiscrete(parameter)) {
    const isRange = of.kind === 'float' && of.step === null;
    const { low, high } = parameter;
    return isRange ? canHave(of, low) && canHave(of, high) : low === high && canHave(of, low);
  }
  const count = countValues(parameter);
  if (parameter.kind === 'choice' || of.kind === 'choice') {
    // A range has no more values than a choice that it is within.
    const most = of.kind === 'choice' ? of.choices.length : count;
    return count <= most && Array.from({ length: count }, (_, i) => valueAt(parameter, i)).every((v) => canHave(of, v));
  }
  // If the first two values are on the steps of the other, all are.
  return [0, Math.min(1, count - 1), count - 1].every((index) => canHave(of, valueAt(parameter, index)));
}

function isConditionWithin({ when }: Parameter, { when: of }: Parameter): boolean {
  if (of === null) return true;
  return when?.parameter === of.parameter && when.values.every((value) => of.values.includes(value));
}
