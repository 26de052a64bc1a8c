import { groupsByParameter, type OptimizerSettings } from '@forge-ml/core/plugin';

/** The learning rates of an update: one, or one for each parameter. */
type Rates = number | readonly number[];

/**
 * Computes the learning rates of an update.
 * @param names all parameters that the optimizer trains
 * @param frozen the names of frozen parameters, which patterns may match too
 * @returns the rates at a number of earlier updates, multiplied by a scale; `override` replaces them all
 * @throws ForgeError MODEL_INVALID for a group that matches no parameter, and a parameter in two groups
 */
export function ratesByGroup(
  settings: Pick<OptimizerSettings, 'name' | 'rate' | 'groups'>,
  names: readonly string[],
  frozen: readonly string[],
): (step: number, scale: number, override: number | undefined) => Rates {
  const { rate, groups = [] } = settings;
  if (groups.length === 0) return (step, scale, override) => override ?? rate(step) * scale;
  const groupOf = groupsByParameter(settings, [...names, ...frozen]);
  return (step, scale, override) => {
    if (override !== undefined) return override;
    const base = rate(step) * scale;
    const ofGroups = groups.map((group) => group.rate(step) * scale);
    return names.map((name) => ofGroups[groupOf.get(name) ?? -1] ?? base);
  };
}
