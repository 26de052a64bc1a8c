import { checkOptions } from '../../errors/check-options.js';
import { shownValue } from '../../model/model-error.js';
import { type Combinations, combinationsOf } from '../space/combinations.js';
import { describeParameter } from '../space/describe-parameter.js';
import { isDiscrete } from '../space/parameter-values.js';
import type { FloatParameter, Parameter, ParameterValues, Space } from '../space/space.js';
import { sweepError } from '../space/sweep-error.js';
import type { Sampler, SamplerRequest } from './sampler.js';
import { quantile } from './unit-cube.js';

/**
 * Every combination of the values, each once, the last parameter varying fastest. Trials that it did not
 * choose, as those before a space was narrowed, are not repeated.
 * @throws ForgeError OPTION_UNKNOWN; SWEEP_INVALID for a range that has no steps and is not divided by `points`
 */
export function gridSampler({ space, options }: Pick<SamplerRequest, 'space' | 'options'>): Sampler {
  const { count, at } = gridOf(space, options);
  const chosen = new Set<number>();
  const others = new Set<string>();
  let next = 0;
  return {
    ask(trial) {
      while (next < count) {
        const values = at(next++);
        if (others.size > 0 && others.has(keyOf(values))) continue;
        chosen.add(trial);
        return values;
      }
      return null;
    },
    tell({ trial, parameters }) {
      if (!chosen.has(trial)) others.add(keyOf(parameters));
    },
  };
}

/** The combinations that a grid tries. @throws ForgeError OPTION_UNKNOWN, SWEEP_INVALID */
export function gridOf(space: Space, options: SamplerRequest['options']): Combinations {
  checkOptions(options, ['points'], { of: 'The method grid' });
  const { points } = options;
  if (points !== undefined && !(Number.isSafeInteger(points) && (points as number) >= 2)) {
    const message = `The points of a grid are a whole number from 2, not ${shownValue(points)}.`;
    throw sweepError(message, 'points', 'Say how many numbers of each range to try: grid({ points: 5 }).');
  }
  const finite = Object.entries<Parameter>(space).map(([name, parameter]) => [
    name,
    isDiscrete(parameter) ? parameter : divided(name, parameter, points as number | undefined),
  ]);
  return combinationsOf(Object.fromEntries(finite) as Space)!;
}

/** Numbers at equal distances, or equal ratios of a logarithmic range, both ends included. */
function divided(
  name: string,
  parameter: FloatParameter & Pick<Parameter, 'when'>,
  points: number | undefined,
): Parameter {
  if (points === undefined) {
    const message = `A grid cannot try every number of ${name}, ${describeParameter({ ...parameter, when: null })}.`;
    throw sweepError(message, name, `Give ${name} a step or a list of values, or use grid({ points: 5 }).`);
  }
  const { low, high, when } = parameter;
  const inside = Array.from({ length: points - 2 }, (_, at) => {
    const value = quantile(parameter, (at + 1) / (points - 1)) as number;
    // As a person would write it: 0.001, not 0.0009999999999999998.
    return Math.min(high, Math.max(low, Number(value.toPrecision(12))));
  });
  return { kind: 'choice', choices: [...new Set([low, ...inside, high])], when };
}

/** The same for equal values in any order. */
function keyOf(values: ParameterValues): string {
  return JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}
