import type { FlagSpecs } from '../../config/flags/flag.js';
import { unknownFlag } from '../../config/flags/resolve-flags.js';
import { shownValue } from '../../model/model-error.js';
import { findName, nearestName, toKebab } from '../../text/flag-names.js';
import type { ConditionDefinition, ParameterDefinition, SpaceDefinition } from './definitions.js';
import { canHave, isDiscrete } from './parameter-values.js';
import { resolveParameter, resolveValue } from './resolve-parameter.js';
import type { Condition, Parameter, Space } from './space.js';
import { sweepError } from './sweep-error.js';

/** The flags that are the same for all trials of a sweep. */
const fixed = ['backend', 'engine', 'gpu', 'dataConfig', 'modelConfig', 'runName', 'resultsDir'];

/**
 * Checks a space against the flags of a run. Every value that it can give is valid for its flag. A parameter follows the
 * one that its condition names.
 * @param specs the flags of Forge and of the configs
 * @param base the folder that relative paths are resolved against, where a definition names none
 * @throws ForgeError FLAG_UNKNOWN naming the nearest flag, FLAG_INVALID, SWEEP_INVALID
 */
export function resolveSpace(definitions: SpaceDefinition, specs: FlagSpecs, base?: string): Space {
  const named = nameDefinitions(definitions, specs);
  const space: Record<string, Parameter> = {};
  for (let left = named; left.size > 0; ) {
    const waiting = new Map<string, ParameterDefinition>();
    for (const [name, definition] of left) {
      const parent = definition.when === null ? undefined : conditionParameter(name, definition.when, named);
      if (parent !== undefined && !Object.hasOwn(space, parent)) waiting.set(name, definition);
      else {
        const own = definition.base ?? base;
        const when =
          parent === undefined ? null : resolveCondition(name, definition.when!, parent, { space, specs, base: own });
        space[name] = { ...resolveParameter(name, definition, specs[name]!, own), when };
      }
    }
    if (waiting.size === left.size) throw circle([...waiting.keys()]);
    left = waiting;
  }
  return space;
}

/** The definitions by the names of the flags, as declared. */
function nameDefinitions(definitions: SpaceDefinition, specs: FlagSpecs): Map<string, ParameterDefinition> {
  const named = new Map<string, ParameterDefinition>();
  for (const [given, definition] of Object.entries(definitions)) {
    const name = findName(given, Object.keys(specs));
    if (name === undefined) throw unknownFlag(given, specs);
    if (named.has(name)) throw sweepError(`The parameter ${name} is defined twice.`, name, 'Define it once.');
    if (fixed.includes(name)) {
      const flag = `--${toKebab(name)}`;
      throw sweepError(`The parameter ${name} cannot vary within a sweep.`, name, `Give ${flag} once, for all trials.`);
    }
    named.set(name, definition);
  }
  if (named.size > 0) return named;
  const hint = "Name what to vary, for example: --space 'learningRate=log(1e-5..1e-2)'.";
  throw sweepError('The space of the sweep is empty.', 'space', hint);
}

/** The name of the parameter that a condition is about. */
function conditionParameter(
  name: string,
  { parameter }: ConditionDefinition,
  named: ReadonlyMap<string, ParameterDefinition>,
): string {
  const found = findName(parameter, named.keys());
  const start = `The parameter ${name} has a condition on`;
  if (found === name) throw sweepError(`${start} itself.`, name, 'Name another parameter, or remove the condition.');
  if (found !== undefined) return found;
  const nearest = nearestName(parameter, named.keys());
  const hint =
    nearest === undefined ? `Add ${parameter} to the space, or remove the condition.` : `Did you mean ${nearest}?`;
  throw sweepError(`${start} ${parameter}, which is not in the space.`, name, hint);
}

function resolveCondition(
  name: string,
  { values: given }: ConditionDefinition,
  parameter: string,
  { space, specs, base }: { readonly space: Space; readonly specs: FlagSpecs; readonly base: string | undefined },
): Condition {
  const of = space[parameter]!;
  if (!isDiscrete(of)) {
    const message = `The parameter ${name} has a condition on ${parameter}, which can have any number of a range.`;
    throw sweepError(message, name, `Give ${parameter} a step or a list of values.`);
  }
  const values = [...new Set(given.map((value) => resolveValue(parameter, specs[parameter]!, value, base)))];
  if (values.length === 0) {
    throw sweepError(`The condition of the parameter ${name} names no value.`, name, `Name one of ${parameter}.`);
  }
  const never = values.find((value) => !canHave(of, value));
  if (never === undefined) return { parameter, values };
  const message = `The parameter ${name} needs ${parameter} to be ${shownValue(never)}, which it cannot be.`;
  throw sweepError(message, name, `Name a value of ${parameter} in the space.`);
}

function circle(names: readonly string[]): Error {
  const list = names.join(', ');
  return sweepError(`The conditions of ${list} form a circle.`, names[0]!, 'Remove one of the conditions.');
}
