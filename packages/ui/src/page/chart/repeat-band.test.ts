import { expect } from 'chai';
import { curve, line } from './curve.test.support.js';
import { repeatBand } from './repeat-band.js';

const look = { id: 'lr', label: 'lr 0.1', color: 2, dash: 1 };

describe('repeatBand', () => {
  it('is the median of the smoothed lines and what is around it', () => {
    const seeds = [1, 2, 6].map((y) =>
      curve([[0, 99]], {
        smoothed: [
          line([
            [0, y],
            [1, y + 1],
          ]),
        ],
      }),
    );
    const { bands, ...rest } = repeatBand(seeds, 'range', look);
    expect(rest).to.deep.equal({ ...look, split: 'valid', name: 'loss' });
    expect(bands).to.deep.equal([{ x: [0, 1], middle: [2, 3], low: [1, 2], high: [6, 7], runs: [3, 3] }]);
  });

  it('is the line itself for one run', () => {
    const { bands } = repeatBand(
      [
        curve([
          [0, 4],
          [1, 5],
        ]),
      ],
      'quartiles',
      look,
    );
    expect(bands).to.deep.equal([{ x: [0, 1], middle: [4, 5], low: [4, 5], high: [4, 5], runs: [1, 1] }]);
  });
});
