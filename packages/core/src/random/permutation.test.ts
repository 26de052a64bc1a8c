import { expect } from 'chai';
import { permutation } from './permutation.js';

describe('permutation', () => {
  it('holds every number once', () => {
    for (const n of [0, 1, 2, 3, 10, 1000]) {
      const sorted = [...permutation(n, 3, 1)].sort((a, b) => a - b);
      expect(sorted).to.deep.equal(Array.from({ length: n }, (_, index) => index));
    }
  });

  it('is a pure function of length, seed and epoch', () => {
    const order = [...permutation(50, 7, 2)];
    expect([...permutation(50, 7, 2)]).to.deep.equal(order);
    expect([...permutation(50, 7, 3)]).to.not.deep.equal(order);
    expect([...permutation(50, 8, 2)]).to.not.deep.equal(order);
  });

  it('returns every order equally often', () => {
    const counts = new Map<string, number>();
    const rounds = 12_000;
    for (let seed = 0; seed < rounds; seed++) {
      const order = permutation(4, seed, 0).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).to.equal(24);
    const expected = rounds / 24;
    const chiSquared = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 23 degrees of freedom: passes 49.7 once in a thousand.
    expect(chiSquared).to.be.below(49.7);
  });

  it('refuses invalid lengths, seeds and epochs', () => {
    expect(() => permutation(-1, 0, 0)).to.throw('-1');
    expect(() => permutation(3, Number.NaN, 0)).to.throw('NaN');
    expect(() => permutation(3, 0, 0.5)).to.throw('0.5');
  });
});
