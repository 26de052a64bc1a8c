import { describeSamplerConformance } from '../../testing/sampler-conformance.js';
import { samplers } from './samplers.js';

describeSamplerConformance({ name: 'grid', make: samplers.grid!, continuous: false, seeded: false });
describeSamplerConformance({ name: 'random', make: samplers.random! });
describeSamplerConformance({ name: 'sobol', make: samplers.sobol! });
describeSamplerConformance({ name: 'tpe', make: samplers.tpe! });
