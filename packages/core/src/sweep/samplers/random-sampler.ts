import { checkOptions } from '../../errors/check-options.js';
import { RandomStream } from '../../random/random-stream.js';
import type { Sampler, SamplerRequest } from './sampler.js';
import { valuesAt } from './unit-cube.js';

/** Each parameter at random, independent of the other trials. @throws ForgeError OPTION_UNKNOWN */
export function randomSampler({ space, seed, options }: SamplerRequest): Sampler {
  checkOptions(options, [], { of: 'The method random' });
  const stream = RandomStream.of(seed, 'random');
  const dimensions = Object.keys(space).length;
  return {
    ask(trial) {
      const own = stream.child(trial);
      return valuesAt(
        space,
        Array.from({ length: dimensions }, () => own.float()),
      );
    },
    tell() {},
  };
}
