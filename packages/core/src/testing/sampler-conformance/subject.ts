import { createHash } from 'node:crypto';
import type { Direction } from '../../metrics/metric-direction.js';
import type { Sampler, SamplerRequest, TrialOutcome } from '../../sweep/samplers/sampler.js';
import type { ParameterValues, Space } from '../../sweep/space/space.js';
import { checkValues, keyOf } from './check-values.js';
import type { SamplerConformanceOptions } from './options.js';

/** What each group of tests is given. */
export interface SamplerSubject {
  readonly options: SamplerConformanceOptions;
  /** The spaces that the sampler must search, by name. */
  readonly spaces: Readonly<Record<string, Space>>;
  /** One with several parameters, one of them conditional. */
  readonly space: Space;
  /** Makes a sampler; what it is given cannot be changed. */
  make(space: Space, request?: Partial<SamplerRequest>): Promise<Sampler>;
}

export function subjectOf(
  options: SamplerConformanceOptions,
  spaces: SamplerSubject['spaces'],
  space: Space,
): SamplerSubject {
  return {
    options,
    spaces,
    space,
    async make(searched, request = {}) {
      const whole = {
        space: searched,
        directions: ['min'] as Direction[],
        seed: 1,
        options: options.options ?? {},
        ...request,
      };
      return options.make(frozen(structuredClone(whole)));
    },
  };
}

/** Asks for a trial and holds that its parameters are in the space. */
export function asked(sampler: Sampler, space: Space, trial: number): ParameterValues | null {
  const values = sampler.ask(trial);
  if (values !== null) checkValues(space, values, `trial ${trial}`);
  return values === null ? null : structuredClone(values);
}

/** A completed trial, or one in another state; it cannot be changed. */
export function outcomeOf(trial: number, parameters: ParameterValues, more: Partial<TrialOutcome> = {}): TrialOutcome {
  const values = [lossOf(parameters)];
  return frozen({ trial, parameters: structuredClone(parameters), state: 'completed', values, trained: null, ...more });
}

/** A number in 0 … 1 that depends on the parameters alone. */
export function lossOf(parameters: ParameterValues, objective = 0): number {
  const hash = createHash('sha256')
    .update(`${objective} ${keyOf(parameters)}`)
    .digest();
  return hash.readUInt32LE(0) / 2 ** 32;
}

/** Asks and tells in turn. @returns the answers, up to the first null */
export function searched(sampler: Sampler, space: Space, from: number, count: number): (ParameterValues | null)[] {
  const answers: (ParameterValues | null)[] = [];
  for (let trial = from; trial < from + count; trial++) {
    const values = asked(sampler, space, trial);
    answers.push(values);
    if (values === null) break;
    sampler.tell(outcomeOf(trial, values));
  }
  return answers;
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) frozen(member);
  }
  return value;
}
