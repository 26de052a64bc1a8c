import { expect } from 'chai';
import { ideas } from './ideas.js';

/** Always the same slice, so that a failure is there again; `npm run torture` takes another seed each time. */
const seed = Number(process.env.FORGE_TORTURE_SEED ?? 1);

describe(`a slice of npm run torture, by the seed ${seed}`, () => {
  for (const { name, bar, run } of ideas) {
    it(`${name}: ${bar}`, async () => {
      const { measured, faults } = await run({ seed, size: 'slice', say: () => undefined });
      expect(faults, measured).to.deep.equal([]);
    }).timeout(300_000);
  }
});
