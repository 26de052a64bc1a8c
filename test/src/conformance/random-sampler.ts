import {
  type Parameter,
  type ParameterValue,
  type ParameterValues,
  RandomStream,
  type Sampler,
  type SamplerRequest,
} from '@forge-ml/core/plugin';

/** A valid sampler: it draws each trial from the seed and the trial's number. */
export function randomSampler({ space, seed }: Pick<SamplerRequest, 'space' | 'seed'>): Sampler {
  return {
    ask(trial) {
      const random = RandomStream.of(seed, trial);
      const values: Record<string, ParameterValue> = {};
      for (const [name, parameter] of Object.entries(space)) {
        const share = random.float();
        if (isActive(parameter, values)) values[name] = valueAt(parameter, share);
      }
      return values;
    },
    tell() {},
  };
}

function isActive({ when }: Parameter, values: ParameterValues): boolean {
  return when === null || (Object.hasOwn(values, when.parameter) && when.values.includes(values[when.parameter]!));
}

function valueAt(parameter: Parameter, share: number): ParameterValue {
  if (parameter.kind === 'choice') return parameter.choices[Math.floor(share * parameter.choices.length)]!;
  const { kind, low, high, log, step } = parameter;
  if (log) {
    const value = low * (high / low) ** share;
    return Math.min(high, Math.max(low, kind === 'integer' ? Math.round(value) : value));
  }
  if (step === null) return Math.min(high, Math.max(low, low * (1 - share) + high * share));
  const count = Math.floor((high - low) / step + 1e-9) + 1;
  return Number((low + Math.floor(share * count) * step).toFixed(9));
}
