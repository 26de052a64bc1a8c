import type { Parameter, ParameterValues, Space } from './space.js';

/**
 * Whether a parameter is used in a trial.
 * @param values at least those of the parameters before it
 */
export function isActive({ when }: Pick<Parameter, 'when'>, values: ParameterValues): boolean {
  if (when === null) return true;
  return Object.hasOwn(values, when.parameter) && when.values.includes(values[when.parameter]!);
}

/** The names of the parameters that are used where the others have these values, in the order of the space. */
export function activeNames(space: Space, values: ParameterValues): string[] {
  const active: Record<string, Parameter> = {};
  for (const [name, parameter] of Object.entries(space)) {
    const { when } = parameter;
    if (when !== null && !Object.hasOwn(active, when.parameter)) continue;
    if (isActive(parameter, values)) active[name] = parameter;
  }
  return Object.keys(active);
}
