import { expect } from 'chai';
import fc from 'fast-check';
import { Brackets } from './brackets.js';
import { dominates } from './dominance.js';
import { Rung } from './rung.js';
import { bracketOf, type HalvingShape, rungLevels, trialsInBracket } from './rung-levels.js';

const asha = (changes: Partial<HalvingShape> = {}): HalvingShape => {
  return { name: 'asha', reduction: 3, min: 1, max: 81, ...changes };
};
const hyperband = { ...asha(), name: 'hyperband' } as const;
const value = fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7);

describe('rungLevels', () => {
  it('are min · reduction^i below max', () => {
    expect(rungLevels(asha())).to.deep.equal([1, 3, 9, 27]);
    expect(rungLevels(asha({ min: 2, max: 20 }))).to.deep.equal([2, 6, 18]);
    expect(rungLevels(asha(), 2)).to.deep.equal([9, 27]);
    expect(rungLevels(asha({ max: 1 }))).to.deep.equal([]);
    expect(rungLevels(asha({ reduction: 1.1, min: 1, max: 6 }))).to.deep.equal([1, 2, 3, 4, 5]);
  });
});

describe('bracketOf', () => {
  it('are the brackets of Hyperband, for R = 81 and η = 3 with 81, 34, 15, 8 and 5 trials', () => {
    const counts = [0, 0, 0, 0, 0];
    for (let trial = 1; trial <= 143; trial++) counts[bracketOf(hyperband, trial)!]!++;
    // Table 1 of Li et al. (2018).
    expect(counts).to.deep.equal([81, 34, 15, 8, 5]);
    expect(bracketOf(asha(), 7)).to.equal(null);
  });

  it('are counted as they are given', () => {
    fc.assert(
      fc.property(fc.nat(4), fc.nat(400), fc.nat(400), (bracket, from, more) => {
        let count = 0;
        for (let trial = from + 1; trial <= from + more; trial++) if (bracketOf(hyperband, trial) === bracket) count++;
        expect(trialsInBracket(hyperband, bracket, from, from + more)).to.equal(count);
      }),
    );
  });
});

describe('Rung', () => {
  it('promotes the best ⌊n / reduction⌋ that were not, ties by trial', () => {
    const rung = new Rung(['min']);
    rung.add(1, [5], true);
    rung.add(2, [3], true);
    expect(rung.next(3)).to.equal(undefined);
    rung.add(3, [3], true);
    expect(rung.next(3)).to.equal(2);
    rung.close(2);
    expect(rung.next(3)).to.equal(undefined);
    for (const trial of [4, 5, 6]) rung.add(trial, [9], true);
    expect(rung.next(3)).to.equal(3);
  });

  for (const directions of [['min'], ['max'], ['min', 'max'], ['min', 'min', 'max']] as const) {
    it(`promotes as a sort of all results would: ${directions}`, () => {
      const results = fc.array(fc.tuple(...directions.map(() => value)), { minLength: 1, maxLength: 30 });
      fc.assert(
        fc.property(results, fc.integer({ min: 2, max: 4 }), (values, reduction) => {
          const rung = new Rung(directions);
          for (const [at, of] of values.entries()) rung.add(at + 1, of, true);
          const left = values.map((of, at) => ({ trial: at + 1, of }));
          const sorted: number[] = [];
          while (left.length > 0) {
            // Of one objective, trials of equal value are one front.
            const front = left.filter(({ of }) => !left.some((other) => dominates(other.of, of, directions)));
            for (const { trial } of front) sorted.push(trial);
            for (const trial of front) left.splice(left.indexOf(trial), 1);
          }
          const promoted: number[] = [];
          for (let next = rung.next(reduction); next !== undefined; next = rung.next(reduction)) {
            promoted.push(next);
            rung.close(next);
          }
          expect(promoted).to.deep.equal(sorted.slice(0, Math.floor(values.length / reduction)));
        }),
      );
    });

    it(`never gives up a trial that is promoted later: ${directions}`, () => {
      const results = fc.array(fc.tuple(...directions.map(() => value)), { minLength: 1, maxLength: 25 });
      fc.assert(
        fc.property(results, fc.integer({ min: 2, max: 3 }), (values, reduction) => {
          const rung = new Rung(directions);
          const given = new Set<number>();
          values.forEach((of, at) => {
            rung.add(at + 1, of, true);
            for (let next = rung.next(reduction); next !== undefined; next = rung.next(reduction)) {
              expect(given.has(next), `trial ${next}`).to.equal(false);
              rung.close(next);
            }
            for (const trial of rung.hopeless(reduction, values.length - at - 1)) given.add(trial);
          });
        }),
      );
    });
  }

  it('gives up every trial of one objective that no further result could help', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), fc.nat(10), (values, more) => {
        const rung = new Rung(['min']);
        for (const [at, of] of values.entries()) rung.add(at + 1, [of], true);
        const given = rung.hopeless(3, more);
        // The best that can come for those in the rung: results that are all worse.
        for (let extra = 0; extra < more; extra++) rung.add(1000 + extra, [99], true);
        const promoted: number[] = [];
        for (let next = rung.next(3); next !== undefined; next = rung.next(3)) {
          promoted.push(next);
          rung.close(next);
        }
        const others = values.map((_, at) => at + 1).filter((trial) => !promoted.includes(trial));
        expect(given.sort()).to.deep.equal(others.sort());
      }),
    );
  });
});

describe('Brackets', () => {
  it('promote from the top rung down, and know what is hopeless below', () => {
    const brackets = new Brackets(asha({ max: 9 }), ['min']);
    expect([0, 1, 2].map((rungs) => brackets.level(null, rungs))).to.deep.equal([1, 3, null]);
    for (const trial of [1, 2, 3, 4, 5, 6, 7, 8, 9]) brackets.reach(trial, null, 0, [trial], true);
    for (const trial of [1, 2, 3]) {
      expect(brackets.next()).to.equal(trial);
      brackets.close(trial, null, 0);
      brackets.reach(trial, null, 1, [trial], true);
    }
    expect(brackets.next()).to.equal(1);
    const ended = { asked: 9, limit: 9, training: [] };
    expect(brackets.hopeless(ended)).to.deep.equal([4, 5, 6, 7, 8, 9, 2, 3]);
    // Three more trials make room for one more in each rung.
    expect(brackets.hopeless({ ...ended, limit: 12 })).to.deep.equal([5, 6, 7, 8, 9, 3]);
    expect(brackets.hopeless({ ...ended, limit: Infinity })).to.deep.equal([]);
  });
});
