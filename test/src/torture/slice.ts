import { expect } from 'chai';
import type { TortureScenario } from './scenario.js';

/** A fixed seed, so that failures repeat; `npm run torture` uses another seed each time. */
const seed = Number(process.env.FORGE_TORTURE_SEED ?? 1);

/** Tests the slices of scenarios. */
export function describeSlices(scenarios: readonly TortureScenario[]): void {
  describe(`a slice of npm run torture with seed ${seed}`, () => {
    for (const { name, bar, run } of scenarios) {
      it(`${name}: ${bar}`, async () => {
        const { measured, faults } = await run({ seed, size: 'slice', say: () => undefined });
        expect(faults, measured).to.deep.equal([]);
      }).timeout(300_000);
    }
  });
}
