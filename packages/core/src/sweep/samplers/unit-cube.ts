import { isActive } from '../space/conditions.js';
import { countValues, isDiscrete, valueAt } from '../space/parameter-values.js';
import type { IntegerParameter, Parameter, ParameterValue, ParameterValues, Space } from '../space/space.js';

/**
 * The values of a trial from a point of the unit cube, with a coordinate for each parameter. One that is not used has a
 * coordinate too, so that each coordinate always means the same parameter.
 * @param point coordinates in [0, 1), in the order of the space
 */
export function valuesAt(space: Space, point: readonly number[]): ParameterValues {
  const values: Record<string, ParameterValue> = {};
  for (const [at, [name, parameter]] of Object.entries<Parameter>(space).entries()) {
    if (isActive(parameter, values)) values[name] = quantile(parameter, point[at]!);
  }
  return values;
}

/** The value below which a share of a parameter's values is. */
export function quantile(parameter: Parameter, share: number): ParameterValue {
  if (parameter.kind === 'integer' && parameter.log) return logInteger(parameter, share);
  if (isDiscrete(parameter)) {
    const count = countValues(parameter);
    return valueAt(parameter, Math.min(count - 1, Math.floor(share * count)));
  }
  const { low, high, log } = parameter;
  const value = log ? between(low, high, share) : low + share * (high - low);
  return Math.min(high, Math.max(low, value));
}

/** Each number has the share that the logarithm has from half below it to half above. */
function logInteger({ low, high }: IntegerParameter, share: number): number {
  const [start, end] = [low - 0.5, high + 0.5];
  return Math.min(high, Math.max(low, Math.round(between(start, end, share))));
}

/** The number at a share of the way, on a logarithmic scale. */
function between(low: number, high: number, share: number): number {
  return Math.exp(Math.log(low) + share * (Math.log(high) - Math.log(low)));
}
