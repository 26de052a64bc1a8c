import { expect } from 'chai';
import { averageRanks, holm, wilcoxonGreater } from './statistics.js';

const range = (count: number) => Array.from({ length: count }, (_, at) => at);

/** The p-values are those of scipy.stats.wilcoxon(differences, alternative='greater') of SciPy 1.17.1. */
describe('wilcoxonGreater', () => {
  it('is exact for up to 50 pairs', () => {
    expect(wilcoxonGreater([0.5, -1.5, 2.5, 3.5, -0.25])).to.be.closeTo(0.21875, 1e-12);
    const thirty = range(30).map((k) => ((k * 7) % 30) + 1 + (k % 3 ? 0.01 * k : 0.001 * k));
    const signed = thirty.map((size, k) => (k % 3 ? size : -size));
    expect(wilcoxonGreater(signed)).to.be.closeTo(0.036622037179768085, 1e-12);
  });

  it('is the normal approximation for more, and with equal or no differences', () => {
    const sixty = range(60).map((k) => (((k * 37) % 60) + 1) * (k % 5 > 1 ? 1 : -1));
    expect(wilcoxonGreater(sixty)).to.be.closeTo(0.06377286548446355, 1e-9);
    const tied = [
      2, 3, -3, 3, 0, 1, 2, -1, 4, -3, -1, 0, 1, 0, -2, -3, -3, -3, -2, 4, -2, 2, 3, -2, -1, 0, -1, 4, -2, 4,
    ];
    expect(wilcoxonGreater(tied)).to.be.closeTo(0.3362525851600414, 1e-9);
  });

  it('is 1 of pairs that are all equal, and near 0 or 1 of clear differences', () => {
    expect(wilcoxonGreater([0, 0, 0])).to.equal(1);
    expect(wilcoxonGreater(range(30).map((k) => k + 1))).to.be.closeTo(2 ** -30, 1e-15);
    expect(wilcoxonGreater(range(30).map((k) => -k - 1))).to.equal(1);
  });
});

describe('averageRanks', () => {
  it('gives equal numbers the mean of their ranks', () => {
    expect(averageRanks([3, 1, 3, 2])).to.deep.equal([3.5, 1, 3.5, 2]);
  });
});

describe('holm', () => {
  it('multiplies the smallest by the number of tests, the next by one less, never descending', () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    for (const [at, expected] of [0.03, 0.06, 0.06, 0.02].entries())
      expect(adjusted[at]).to.be.closeTo(expected, 1e-12);
    expect(holm([0.9, 0.8])).to.deep.equal([1, 1]);
  });
});
