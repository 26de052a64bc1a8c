import { matchParameters } from './match-parameters.js';
import { invalidModel } from './model-error.js';
import type { OptimizerSettings } from './optimizer-settings.js';

/**
 * The parameter group of each parameter that is in one, by its index in `groups`.
 * @param names all parameters that the optimizer trains
 * @throws ForgeError MODEL_INVALID for a pattern that matches none, and a parameter in two groups
 */
export function groupsByParameter(
  { name, groups = [] }: Pick<OptimizerSettings, 'name' | 'groups'>,
  names: readonly string[],
): ReadonlyMap<string, number> {
  const groupOf = new Map<string, number>();
  for (const [index, { parameters }] of groups.entries()) {
    for (const parameter of matchParameters(`${name}: groups[${index}].parameters`, parameters, names)) {
      const other = groupOf.get(parameter);
      if (other !== undefined) {
        throw invalidModel(
          `${name}: the parameter ${parameter} is in groups[${other}] and groups[${index}].`,
          'Change the patterns so that each parameter is in one group at most.',
        );
      }
      groupOf.set(parameter, index);
    }
  }
  return groupOf;
}
