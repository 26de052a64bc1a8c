import { describeSamplerHistories } from './sampler-conformance/histories.js';
import { checkSamplerConformanceOptions, type SamplerConformanceOptions } from './sampler-conformance/options.js';
import { describeSamplerRepeating } from './sampler-conformance/repeating.js';
import { continuousSpaces, discreteSpaces } from './sampler-conformance/spaces.js';
import { subjectOf } from './sampler-conformance/subject.js';
import { describeSamplerValues } from './sampler-conformance/values.js';

const leastTimeout = 20_000;

/**
 * The contract of a sampler, as a Mocha suite:
 *
 * ```ts
 * import { describeSamplerConformance } from '@forge-ml/core/testing';
 * import { makeSampler } from './sampler.js';
 *
 * describeSamplerConformance({ name: 'evolution', make: makeSampler });
 * ```
 */
export function describeSamplerConformance(options: SamplerConformanceOptions): void {
  checkSamplerConformanceOptions(options);
  const discrete = options.continuous === false;
  const spaces = discrete ? discreteSpaces : { ...discreteSpaces, ...continuousSpaces };
  const space = discrete
    ? discreteSpaces['conditions on conditions']!
    : continuousSpaces['all kinds, with conditions']!;
  const subject = subjectOf(options, spaces, space);
  describe(`sampler conformance: ${options.name}`, function () {
    if (this.timeout() > 0) this.timeout(Math.max(this.timeout(), leastTimeout));
    describe('values', () => describeSamplerValues(subject));
    describe('repeating', () => describeSamplerRepeating(subject));
    describe('histories', () => describeSamplerHistories(subject));
  });
}
