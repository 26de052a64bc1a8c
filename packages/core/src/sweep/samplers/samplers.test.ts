import { expect } from 'chai';
import fc from 'fast-check';
import { failureOf } from '../../testing/temporary-folder.test.support.js';
import { activeNames } from '../space/conditions.js';
import { canHave } from '../space/parameter-values.js';
import { anyFlags, anySpace } from '../space/parameters.test.support.js';
import { parseParameters } from '../space/parse-parameter.js';
import { resolveSpace } from '../space/resolve-space.js';
import type { ParameterValues } from '../space/space.js';
import { gridSampler } from './grid-sampler.js';
import { randomSampler } from './random-sampler.js';
import type { Sampler } from './sampler.js';
import { sobolSampler } from './sobol/sobol-sampler.js';
import { quantile } from './unit-cube.js';

const spaceOf = (...texts: string[]) => resolveSpace(parseParameters(texts), anyFlags);
const request = (texts: string[], options: object = {}) => ({
  space: spaceOf(...texts),
  directions: ['min' as const],
  seed: 1,
  options: options as Record<string, unknown>,
});

/** What a sampler chooses until it has no more. */
function chosen(sampler: Sampler, from = 1): ParameterValues[] {
  const all: ParameterValues[] = [];
  for (let trial = from; all.length < 1000; trial++) {
    const values = sampler.ask(trial);
    if (values === null) return all;
    all.push(values);
  }
  throw new Error('It does not end.');
}

const failed = (trial: number, parameters: ParameterValues) =>
  ({ trial, parameters, state: 'failed', values: null, trained: null }) as const;

describe('samplers without a model', () => {
  it('give valid values to the parameters that are used, and to no others', () => {
    fc.assert(
      fc.property(anySpace, fc.nat(), (space, seed) => {
        for (const make of [randomSampler, sobolSampler]) {
          const sampler = make({ space, directions: ['min'], seed, options: {} });
          for (let trial = 1; trial <= 20; trial++) {
            const values = sampler.ask(trial)!;
            expect(Object.keys(values)).to.deep.equal(activeNames(space, values));
            for (const [name, value] of Object.entries(values)) {
              expect(canHave(space[name]!, value), `${name}=${value}`).to.equal(true);
            }
          }
        }
      }),
    );
  });

  it('depend on the seed and the number of the trial alone', () => {
    for (const make of [randomSampler, sobolSampler]) {
      const sampler = () => make(request(['rate=0..1', 'width=1..9']));
      const one = sampler();
      const all = [1, 2, 3, 4].map((trial) => one.ask(trial));
      expect([4, 3, 2, 1].map((trial) => sampler().ask(trial)).toReversed()).to.deep.equal(all);
      expect(make({ ...request(['rate=0..1', 'width=1..9']), seed: 2 }).ask(1)).not.to.deep.equal(all[0]);
    }
  });
});

describe('quantile', () => {
  const parameter = (text: string) => Object.values(spaceOf(text))[0]!;
  const shares = Array.from({ length: 20_000 }, (_, at) => (at + 0.5) / 20_000);

  it('gives each value of a list, a step or whole numbers the same share', () => {
    for (const text of ['rate=1,2,3,4', 'rate=0..0.3 step 0.1', 'width=5..8']) {
      const of = parameter(text);
      const counts = new Map<unknown, number>();
      for (const share of shares) {
        const value = quantile(of, share);
        counts.set(value, (counts.get(value) ?? 0) + 1);
      }
      expect([...counts.values()]).to.deep.equal([5_000, 5_000, 5_000, 5_000]);
    }
  });

  it('is even on the scale of a range', () => {
    const within = (text: string, low: number, high: number) => {
      const of = parameter(text);
      const values = shares.map((share) => quantile(of, share) as number);
      return values.filter((value) => value >= low && value < high).length / shares.length;
    };
    expect(within('rate=log(1e-4..1)', 1e-3, 1e-2)).to.be.closeTo(0.25, 1e-3);
    expect(within('rate=-1..3', 0, 1)).to.be.closeTo(0.25, 1e-3);
    expect(quantile(parameter('rate=log(5e-324..1e300)'), 0.5)).to.be.closeTo(2e-12, 1e-12);
    // From 0.5 to 1.5 on a logarithmic scale from 0.5 to 64.5.
    expect(within('width=log(1..64)', 1, 2)).to.be.closeTo(Math.log(3) / Math.log(129), 1e-3);
    expect(within('width=log(1..64)', 64, 65)).to.be.closeTo(Math.log(64.5 / 63.5) / Math.log(129), 1e-3);
  });
});

describe('gridSampler', () => {
  it('tries every combination once, then ends', () => {
    const all = chosen(gridSampler(request(['width=1..3', 'limit=none,5 when width=2', 'fast=true,false'])));
    expect(all).to.have.length((2 + 2) * 2);
    expect(all.slice(0, 4)).to.deep.equal([
      { width: 1, fast: true },
      { width: 1, fast: false },
      { width: 2, limit: null, fast: true },
      { width: 2, limit: null, fast: false },
    ]);
    expect(new Set(all.map((values) => JSON.stringify(values))).size).to.equal(all.length);
  });

  it('divides ranges evenly on their scale', () => {
    const rates = (text: string, points: number) =>
      chosen(gridSampler(request([`rate=${text}`], { points }))).map(({ rate }) => rate);
    expect(rates('log(1e-5..1e-1)', 5)).to.deep.equal([1e-5, 1e-4, 1e-3, 1e-2, 0.1]);
    expect(rates('0..0.3', 4)).to.deep.equal([0, 0.1, 0.2, 0.3]);
    expect(rates('-1..1', 2)).to.deep.equal([-1, 1]);
    expect(rates('0.5..0.5', 3)).to.deep.equal([0.5]);
    expect(rates('0..0.4 step 0.2', 9)).to.deep.equal([0, 0.2, 0.4]);
  });

  it('does not repeat the trials of another sampler', () => {
    const sampler = gridSampler(request(['width=1..3', 'fast=true,false']));
    sampler.tell(failed(1, { fast: false, width: 1 }));
    sampler.tell(failed(2, { width: 3, fast: true }));
    const first = sampler.ask(3)!;
    sampler.tell(failed(3, first));
    expect([first, ...chosen(sampler, 4)]).to.deep.equal([
      { width: 1, fast: true },
      { width: 2, fast: true },
      { width: 2, fast: false },
      { width: 3, fast: false },
    ]);
  });

  it('refuses a range without steps, and impossible points', async () => {
    const error = await failureOf(() => gridSampler(request(['width=1..3', 'rate=log(1e-5..1)'])));
    expect(error.message).to.equal('A grid cannot try every number of rate, log(0.00001..1).');
    expect(error.hint).to.equal('Give rate a step or a list of values, or use grid({ points: 5 }).');
    const points = (value: unknown) => failureOf(() => gridSampler(request(['rate=0..1'], { points: value })));
    expect((await points(1)).message).to.equal('The points of a grid are a whole number from 2, not 1.');
    expect((await points('5')).message).to.include('not "5"');
    expect(await failureOf(() => gridSampler(request(['width=1..3'], { point: 2 })))).to.include({
      code: 'OPTION_UNKNOWN',
    });
  });
});
