import { expect } from 'chai';
import fc from 'fast-check';
import { bandsOf } from './bands.js';

const line = (x: readonly number[], y: readonly number[]) => [{ x, y }];

describe('bandsOf', () => {
  it('has the median and the range of runs with the same steps', () => {
    const runs = [line([1, 2], [3, 30]), line([1, 2], [1, 10]), line([1, 2], [2, 80])];
    expect(bandsOf(runs, 'range')).to.deep.equal([
      { x: [1, 2], middle: [2, 30], low: [1, 10], high: [3, 80], runs: [3, 3] },
    ]);
  });

  it('has quartiles between the nearest values', () => {
    const runs = [1, 2, 3, 10].map((value) => line([0], [value]));
    const [band] = bandsOf(runs, 'quartiles');
    expect([band!.low[0], band!.middle[0], band!.high[0]]).to.deep.equal([1.75, 2.5, 4.75]);
  });

  it('interpolates runs with other steps on their lines, where two of them reach', () => {
    const runs = [line([0, 10], [0, 10]), line([5, 20], [0, 15]), line([2, 4], [7, 9])];
    const bands = bandsOf(runs, 'range');
    expect(bands.map(({ x }) => x)).to.deep.equal([[2, 4, 5, 10]]);
    expect(bands[0]!.low).to.deep.equal([2, 4, 0, 5]);
    expect(bands[0]!.high).to.deep.equal([7, 9, 5, 10]);
  });

  it('ends in a gap where only one run has values, and begins again after it', () => {
    const gap = [...line([0, 1], [0, 1]), ...line([5, 6], [5, 6])];
    const whole = line([0, 1, 2, 3, 4, 5, 6], [0, 0, 0, 0, 0, 0, 0]);
    expect(bandsOf([gap, whole], 'range').map(({ x }) => x)).to.deep.equal([
      [0, 1],
      [5, 6],
    ]);
    expect(bandsOf([gap, whole, whole], 'range').map(({ runs }) => runs)).to.deep.equal([[3, 3, 2, 2, 2, 3, 3]]);
  });

  it('is nothing for one run and for none', () => {
    expect(bandsOf([line([1, 2], [1, 2])], 'range')).to.deep.equal([]);
    expect(bandsOf([], 'range')).to.deep.equal([]);
  });

  it('has the ends of long runs, thinned evenly', () => {
    const x = Array.from({ length: 50_000 }, (_, at) => at);
    const [band] = bandsOf([line(x, x), line(x, x)], 'range');
    expect([band!.x[0], band!.x.at(-1)]).to.deep.equal([0, 49_999]);
    expect(band!.x.length).to.equal(4000);
    expect(band!.middle).to.deep.equal(band!.x);
  });

  it('equals the quantiles of each place computed alone', () => {
    const values = fc.array(
      fc.double({ min: -10, max: 10, noNaN: true }).map((value) => value + 0),
      { minLength: 3, maxLength: 3 },
    );
    fc.assert(
      fc.property(fc.array(values, { minLength: 2, maxLength: 7 }), (ys) => {
        const [band] = bandsOf(
          ys.map((y) => line([0, 1, 2], y)),
          'range',
        );
        for (const at of [0, 1, 2]) {
          const sorted = ys.map((y) => y[at]!).sort((a, b) => a - b);
          const [left, right] = [sorted[(sorted.length - 1) >> 1]!, sorted[sorted.length >> 1]!];
          expect(band!.middle[at]).to.be.closeTo((left + right) / 2, 1e-12);
          expect([band!.low[at], band!.high[at]]).to.deep.equal([sorted[0], sorted.at(-1)]);
        }
      }),
    );
  });
});
