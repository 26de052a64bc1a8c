import type { Providers } from '../contract/providers.js';

/** The samplers in Forge itself, by the name that `--method` has. Each is loaded when it is used. */
export const samplers: Readonly<Record<string, Providers['samplers']>> = {
  grid: async (request) => (await import('../../sweep/samplers/grid-sampler.js')).gridSampler(request),
  random: async (request) => (await import('../../sweep/samplers/random-sampler.js')).randomSampler(request),
  sobol: async (request) => (await import('../../sweep/samplers/sobol/sobol-sampler.js')).sobolSampler(request),
  tpe: async (request) => (await import('../../sweep/samplers/tpe/tpe.js')).makeTpe(request),
};
