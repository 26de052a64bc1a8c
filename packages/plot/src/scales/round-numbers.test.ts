import { expect } from 'chai';
import fc from 'fast-check';
import { roundEnds, roundNumbers } from './round-numbers.js';

const range = fc
  .tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1e-6, max: 1e6, noNaN: true }))
  .map(([from, length]): [number, number] => [from, from + length])
  .filter(([from, to]) => to - from > 1e-9 * Math.max(Math.abs(from), Math.abs(to)));

describe('roundNumbers', () => {
  it('are 1, 2 or 5 times a power of ten apart, without errors of rounding', () => {
    expect(roundNumbers(0, 1, 5)).to.deep.equal([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(roundNumbers(0.12, 0.37, 5)).to.deep.equal([0.15, 0.2, 0.25, 0.3, 0.35]);
    expect(roundNumbers(-3, 12, 3)).to.deep.equal([0, 5, 10]);
    expect(roundNumbers(2, 2, 3)).to.deep.equal([2]);
    expect(roundNumbers(1, 1 + 2 ** -52, 3)).to.deep.equal([1, 1 + 2 ** -52]);
    expect(roundNumbers(-1e308, 1e308, 3)).to.deep.equal([-1e308, 1e308]);
  });

  it('are within the range, about as many as asked for', () => {
    fc.assert(
      fc.property(range, fc.integer({ min: 2, max: 20 }), ([from, to], count) => {
        const numbers = roundNumbers(from, to, count);
        expect(numbers.length).to.be.within(Math.floor(count / 2), 2 * count + 1);
        for (const number of numbers) expect(number).to.be.within(from, to);
      }),
    );
  });
});

describe('roundEnds', () => {
  it('enclose the range', () => {
    expect(roundEnds(0.02, 1.17)).to.deep.equal([0, 1.2]);
    expect(roundEnds(-50_000, 250_000)).to.deep.equal([-100_000, 300_000]);
    fc.assert(
      fc.property(range, ([from, to]) => {
        const [start, end] = roundEnds(from, to);
        expect(start).to.be.at.most(from + 1e-9 * (to - from));
        expect(end).to.be.at.least(to - 1e-9 * (to - from));
        expect(end - start).to.be.at.most(2 * (to - from));
      }),
    );
  });
});
