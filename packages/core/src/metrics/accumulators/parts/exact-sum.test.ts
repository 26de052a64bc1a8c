import { expect } from 'chai';
import fc from 'fast-check';
import { ExactSum, ratioOf } from './exact-sum.js';

const number = fc.double({ min: -1e300, max: 1e300, noNaN: true });

function sumOf(terms: readonly number[]): ExactSum {
  const sum = new ExactSum();
  for (const term of terms) sum.add(term);
  return sum;
}

/** The nearest double of an exact number of units of 2^-1074. */
function rounded(terms: readonly number[]): number {
  const units = terms.reduce((total, term) => total + (sumOf([term]).units ?? 0n), 0n);
  return ratioOf(units, 1n << 1074n);
}

describe('ExactSum', () => {
  it('is the exact sum, rounded once', () => {
    expect(sumOf(Array(10).fill(0.1)).value).to.equal(1);
    expect(sumOf([1e100, 1, -1e100]).value).to.equal(1);
    expect(sumOf([1e16, 1, 1e-16]).value).to.equal(1e16 + 2);
    expect(sumOf([2 ** -1074, 1, -1]).value).to.equal(2 ** -1074);
    expect(sumOf([]).value).to.equal(0);
    fc.assert(fc.property(fc.array(number), (terms) => Object.is(sumOf(terms).value + 0, rounded(terms) + 0)));
  });

  it('has the same bits in any order, in parts, and from its state as JSON', () => {
    const shuffled = fc.array(number).chain((terms) =>
      fc.record({
        terms: fc.constant(terms),
        other: fc.shuffledSubarray(terms, { minLength: terms.length }),
        at: fc.nat(terms.length),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ terms, other, at }) => {
        const merged = ExactSum.from(JSON.parse(JSON.stringify(sumOf(other.slice(0, at)).state)));
        merged.merge(sumOf(other.slice(at)));
        expect(merged.value).to.equal(sumOf(terms).value);
      }),
    );
  });

  it('adds products exactly', () => {
    const exact = fc.double({ min: -1e100, max: 1e100, noNaN: true }).filter((value) => Math.abs(value) > 1e-100);
    fc.assert(
      fc.property(exact, exact, (a, b) => {
        const product = new ExactSum();
        product.addProduct(a, b);
        expect(product.units! << 1074n).to.equal(sumOf([a]).units! * sumOf([b]).units!);
      }),
    );
  });

  it('is infinite or NaN as the sum of such terms is, in any order', () => {
    for (const [terms, value] of [
      [[1, Number.POSITIVE_INFINITY], Number.POSITIVE_INFINITY],
      [[Number.NEGATIVE_INFINITY, 1, Number.POSITIVE_INFINITY], Number.NaN],
      [[Number.NaN, 1], Number.NaN],
      [[1.7e308, 1.7e308], Number.POSITIVE_INFINITY],
    ] as const) {
      expect(sumOf(terms).value).to.deep.equal(value);
      expect(ExactSum.from(sumOf([...terms].reverse()).state).value).to.deep.equal(value);
      expect(sumOf(terms).units).to.equal(undefined);
    }
  });
});

describe('ratioOf', () => {
  it('is the quotient of numbers beyond the range of doubles', () => {
    expect(ratioOf(1n << 3000n, 1n << 3001n)).to.equal(0.5);
    expect(ratioOf(-(3n ** 2000n), 3n ** 1999n)).to.equal(-3);
    expect(ratioOf(0n, 7n)).to.equal(0);
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 50n), 2n ** 50n), fc.bigInt(1n, 2n ** 50n), (a, b) => {
        expect(ratioOf(a, b) + 0).to.equal(Number(a) / Number(b) + 0);
      }),
    );
  });
});
