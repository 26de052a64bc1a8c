import type { Sampler, SamplerRequest } from '../../sweep/samplers/sampler.js';

type SamplerFactory = (request: SamplerRequest) => Promise<Sampler>;

/** The samplers in Forge itself, by the name that `--method` has. */
export const samplers: Readonly<Record<string, SamplerFactory>> = {
  grid: async (request) => (await import('../../sweep/samplers/grid-sampler.js')).gridSampler(request),
  random: async (request) => (await import('../../sweep/samplers/random-sampler.js')).randomSampler(request),
  sobol: async (request) => (await import('../../sweep/samplers/sobol/sobol-sampler.js')).sobolSampler(request),
};
