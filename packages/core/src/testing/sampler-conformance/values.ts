import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { allKeys, keyOf } from './check-values.js';
import { discreteSpaces } from './spaces.js';
import { asked, outcomeOf, type SamplerSubject, searched } from './subject.js';

/** What it chooses. */
export function describeSamplerValues({ spaces, space, make, options }: SamplerSubject): void {
  for (const [name, each] of Object.entries(spaces)) {
    it(`chooses values of the space: ${name}`, async () => {
      searched(await make(each), each, 1, 120);
    });
  }

  for (const [name, each] of Object.entries(discreteSpaces)) {
    it(`ends only once every value was tried: ${name}`, async () => {
      const sampler = await make(each);
      const all = allKeys(each);
      const answers = searched(sampler, each, 1, 20 * all.size);
      if (answers.at(-1) !== null) return;
      const tried = new Set(answers.flatMap((values) => (values === null ? [] : [keyOf(values)])));
      deepStrictEqual(
        [...all].filter((key) => !tried.has(key)),
        [],
        'never tried',
      );
      strictEqual(sampler.ask(answers.length + 1), null, 'it goes on after its end');
    });
  }

  it('tries more than one value of each parameter without a condition', async () => {
    const answers = searched(await make(space), space, 1, 100);
    for (const [parameter, { when }] of Object.entries(space)) {
      if (when !== null) continue;
      const seen = new Set(answers.flatMap((values) => (values?.[parameter] === undefined ? [] : [values[parameter]])));
      ok(seen.size > 1, `${parameter} is always ${[...seen].join()}`);
    }
  });

  it(`depends on the seed${options.seeded === false ? ' (skipped: it has none)' : ''}`, async function () {
    if (options.seeded === false) return this.skip();
    const [one, two] = [1, 2].map(async (seed) => searched(await make(space, { seed }), space, 1, 20));
    ok(JSON.stringify(await one) !== JSON.stringify(await two), 'seeds 1 and 2 give the same parameters');
  });

  it('keeps its answers from what the caller does with them', async () => {
    const [changed, untouched] = [await make(space), await make(space)];
    for (let trial = 1; trial <= 20; trial++) {
      const values = changed.ask(trial);
      const expected = asked(untouched, space, trial);
      deepStrictEqual(values, expected);
      if (values === null || expected === null) break;
      for (const sampler of [changed, untouched]) sampler.tell(outcomeOf(trial, expected));
      for (const name of Object.keys(values)) Reflect.deleteProperty(values, name);
    }
  });
}
