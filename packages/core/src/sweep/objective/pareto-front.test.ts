import { expect } from 'chai';
import { RandomStream } from '../../random/random-stream.js';
import { dominationRanks } from './domination-ranks.js';
import { paretoFront } from './pareto-front.js';

const dominates = (a: readonly number[], b: readonly number[]) =>
  a.every((loss, at) => loss <= b[at]!) && a.some((loss, at) => loss < b[at]!);

describe('paretoFront', () => {
  it('has the trials that none surpasses, by the direction of each objective', () => {
    const values = [
      [1, 1],
      [2, 2],
      [2, 1],
      [1, 2],
      [2, 2],
    ];
    expect(paretoFront(values, ['min', 'min'])).to.deep.equal([0]);
    expect(paretoFront(values, ['max', 'max'])).to.deep.equal([1, 4]);
    expect(paretoFront(values, ['min', 'max'])).to.deep.equal([3]);
    expect(paretoFront([], ['min', 'max'])).to.deep.equal([]);
    expect(paretoFront([[3], [1], [1]], ['min'])).to.deep.equal([1, 2]);
  });
});

describe('dominationRanks', () => {
  for (const objectives of [2, 3]) {
    it(`counts the fronts before each vector of ${objectives} losses`, () => {
      const random = RandomStream.of(3, 'ranks');
      const losses = Array.from({ length: 60 }, () => Array.from({ length: objectives }, () => random.below(8)));
      const ranks = dominationRanks(losses);
      for (const [at, rank] of ranks.entries()) {
        // The longest chain of vectors that dominate one another and this one.
        const before = losses.map((other, index) => (dominates(other, losses[at]!) ? ranks[index]! : -1));
        expect(rank, JSON.stringify(losses[at])).to.equal(Math.max(...before) + 1);
      }
    });
  }
});
