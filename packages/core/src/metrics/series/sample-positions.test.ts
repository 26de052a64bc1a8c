import { expect } from 'chai';
import fc from 'fast-check';
import { samplePositions } from './sample-positions.js';

const value = fc.oneof({ weight: 8, arbitrary: fc.double({ noNaN: true }) }, fc.constant(Number.NaN));
const series = fc.array(value, { maxLength: 400 });

describe('samplePositions', () => {
  it('keeps at most as many as asked for, in order, with the lowest and the highest', () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 6, max: 100 }), (values, most) => {
        const kept = samplePositions(at(values), most);
        expect(kept.length).to.be.at.most(Math.max(most, 0));
        expect(kept).to.deep.equal([...new Set(kept)].sort((a, b) => a - b));
        const finite = values.filter(Number.isFinite);
        const shown = kept.map((position) => values[position]!).filter(Number.isFinite);
        if (finite.length === 0) return;
        expect(Math.min(...shown)).to.equal(Math.min(...finite));
        expect(Math.max(...shown)).to.equal(Math.max(...finite));
        // The last value is at the end of the last interval, finite or not.
        expect(kept.at(-1)).to.equal(values.length - 1);
        expect(kept[0]).to.equal(0);
      }),
    );
  });

  it('keeps all of a short series', () => {
    expect(samplePositions(at([3, Number.NaN, 1]), 6)).to.deep.equal([0, 1, 2]);
    expect(samplePositions(at([]), 6)).to.deep.equal([]);
  });

  it('keeps where values are not finite, for each interval', () => {
    const values = Array.from({ length: 1_000 }, (_, step) => (step >= 500 && step < 700 ? Number.NaN : step));
    const kept = samplePositions(at(values), 60).filter((position) => Number.isNaN(values[position]));
    expect([kept[0], kept.at(-1)]).to.deep.equal([500, 699]);
  });
});

function at(values: readonly number[]) {
  return { length: values.length, at: (position: number) => values[position]! };
}
