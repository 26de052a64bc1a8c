import { expect } from 'chai';
import { sparkline } from './sparkline.js';

const points = (values: readonly number[]) => values.map((value, at) => ({ at: at / values.length, value }));

describe('sparkline', () => {
  it('shows each of few values, from the lowest to the highest', () => {
    expect(sparkline(points([0, 1, 2, 3, 4, 5, 6, 7, 3.5]), 20, true)).to.equal('▁▂▃▄▅▆▇█▅');
    expect(sparkline(points([1, 0]), 20, false)).to.equal('@_');
    expect(sparkline(points([2, 2]), 20, true)).to.equal('▁▁');
    expect(sparkline([], 20, true)).to.equal('');
  });

  it('shows the last value of each part of many, and a space where there is none', () => {
    const many = Array.from({ length: 100 }, (_, at) => ({ at: at / 100, value: at })).filter(
      ({ at }) => at < 0.5 || at >= 0.6,
    );
    expect(sparkline(many, 10, true)).to.equal('▁▁▂▃▄ ▆▇██');
  });
});
