import { RandomStream, type Sampler, type SamplerRequest, valuesAt } from '@forge-ml/core/plugin';

/** A valid sampler: it draws each trial from the seed and the trial's number. */
export function randomSampler({ space, seed }: Pick<SamplerRequest, 'space' | 'seed'>): Sampler {
  return {
    ask(trial) {
      const random = RandomStream.of(seed, trial);
      return valuesAt(
        space,
        Object.keys(space).map(() => random.float()),
      );
    },
    tell() {},
    isAskPure: true,
  };
}
