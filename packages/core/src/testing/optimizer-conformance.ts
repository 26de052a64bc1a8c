import { describeGradients } from './optimizer-conformance/gradients.js';
import { checkOptimizerConformanceOptions, type OptimizerConformanceOptions } from './optimizer-conformance/options.js';
import { describeRates } from './optimizer-conformance/rates.js';
import { describeTrajectories } from './optimizer-conformance/trajectories.js';

/**
 * The contract of a backend that computes Forge's optimizers (`OptimizerSpec`), as a Mocha suite: each of them against
 * its paper in float64, gradients that are missing or limited, schedules and parameter groups.
 */
export function describeOptimizerConformance(options: OptimizerConformanceOptions): void {
  checkOptimizerConformanceOptions(options);
  describe(`optimizer conformance: ${options.name}`, () => {
    describe('updates', () => describeTrajectories(options));
    describe('gradients', () => describeGradients(options));
    describe('rates', () => describeRates(options));
  });
}
