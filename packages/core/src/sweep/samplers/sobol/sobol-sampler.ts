import { checkOptions } from '../../../errors/check-options.js';
import { sweepError } from '../../space/sweep-error.js';
import type { Sampler, SamplerRequest } from '../sampler.js';
import { valuesAt } from '../unit-cube.js';
import { mostDimensions, sobolSequence } from './sobol-sequence.js';

/**
 * The points of a scrambled Sobol sequence: trial n is point n - 1. Sets of 2^k trials cover the space most evenly.
 * @throws ForgeError OPTION_UNKNOWN; SWEEP_INVALID for more than 256 parameters
 */
export function sobolSampler({ space, seed, options }: SamplerRequest): Sampler {
  checkOptions(options, [], { of: 'The method sobol' });
  const dimensions = Object.keys(space).length;
  if (dimensions > mostDimensions) {
    const message = `The method sobol has at most ${mostDimensions} parameters, and the space has ${dimensions}.`;
    throw sweepError(message, 'method', 'Use random or tpe.');
  }
  const sequence = sobolSequence(dimensions, seed);
  return { ask: (trial) => valuesAt(space, sequence.point(trial - 1)), tell() {} };
}
