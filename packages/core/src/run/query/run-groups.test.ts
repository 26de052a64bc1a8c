import { expect } from 'chai';
import { statisticsOf } from './run-groups.js';

function runsWith(...values: readonly (number | undefined)[]) {
  return values.map((value) => ({ get: (key: string) => (key === 'best.valid.loss' ? value : undefined) }));
}

describe('statisticsOf', () => {
  it('computes mean, sample standard deviation, median and range of the finite values', () => {
    const runs = runsWith(3, Number.NaN, 1, undefined, 8, Number.POSITIVE_INFINITY);
    const { best, ...statistics } = statisticsOf(runs, 'best.valid.loss', 'min');
    expect(best).to.equal(runs[2]);
    expect(statistics).to.deep.equal({
      ...{ count: 3, mean: 4, standardDeviation: Math.sqrt(13), median: 3, min: 1, max: 8 },
    });
    expect(statisticsOf(runs, 'best.valid.loss', 'max').best).to.equal(runs[4]);
  });

  it('has the mean of the two middle values as the median of an even number', () => {
    expect(statisticsOf(runsWith(5, 1, 2, 9), 'best.valid.loss', 'min').median).to.equal(3.5);
    const { median } = statisticsOf(runsWith(Number.MAX_VALUE, Number.MAX_VALUE), 'best.valid.loss', 'min');
    expect(median).to.equal(Number.MAX_VALUE);
  });

  it('has no deviation of one value, and nothing without values', () => {
    expect(statisticsOf(runsWith(2), 'best.valid.loss', 'min')).to.include({ standardDeviation: null, median: 2 });
    const none = { count: 0, mean: null, standardDeviation: null, median: null, min: null, max: null, best: null };
    expect(statisticsOf(runsWith(undefined), 'best.valid.loss', 'min')).to.deep.equal(none);
  });
});
