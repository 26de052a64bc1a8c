import { checkOptions } from '../../errors/check-options.js';
import type { Sampler, SamplerRequest } from '../../sweep/samplers/sampler.js';

export interface SamplerConformanceOptions {
  /** The sampler's name, for the tests' titles. */
  readonly name: string;
  /** Makes a sampler, as the plugin does. */
  make(request: SamplerRequest): Sampler | Promise<Sampler>;
  /** The sampler's own options. Default: none. */
  readonly options?: SamplerRequest['options'];
  /** Whether it searches ranges of any number. False for one that counts the values, such as a grid. Default: true. */
  readonly continuous?: boolean;
  /** Whether another seed gives other parameters. Default: true. */
  readonly seeded?: boolean;
  /** The most objectives it optimizes. Default: 2. */
  readonly objectives?: 1 | 2;
}

/**
 * @throws ForgeError OPTION_UNKNOWN for an option that does not exist
 * @throws TypeError for one that is missing
 */
export function checkSamplerConformanceOptions(options: SamplerConformanceOptions): void {
  const names = ['name', 'make', 'options', 'continuous', 'seeded', 'objectives'];
  checkOptions(options, names, { of: 'describeSamplerConformance(options)' });
  const missing = (['name', 'make'] as const).find((name) => options[name] === undefined);
  if (missing !== undefined) throw new TypeError(`describeSamplerConformance(options) needs ${missing}.`);
}
