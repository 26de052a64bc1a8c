import { expect } from 'chai';
import picocolors from 'picocolors';
import { textWidth } from '../../terminal/text-width.js';
import { renderFoundRate } from './found-rate.js';
import { asciiSymbols, unicodeSymbols } from './symbols.js';

const colors = picocolors.createColors(false);
const points = Array.from({ length: 40 }, (_, at) => {
  const rate = 1e-6 * 10 ** (at / 8);
  const loss = at < 39 ? 2 / (1 + rate * 1000) : 500;
  return { rate, loss, smoothed: loss };
});
const found = { points, suggestion: points[24]!.rate };
const range = { from: 1e-6, to: 10, steps: 60 };

describe('renderFoundRate', () => {
  for (const columns of [40, 80, 200]) {
    it(`draws the curve, and concludes, in ${columns} columns`, () => {
      for (const symbols of [unicodeSymbols, asciiSymbols]) {
        const lines = renderFoundRate(found, range, { columns, colors, symbols }).split('\n');
        expect(lines[0]).to.equal('train.loss');
        expect(lines.join('\n')).to.include('learning rate, log scale').and.include('smoothed loss');
        const marks = lines.join('').split(symbols.best).length - 1;
        expect(marks, 'on the curve and in the legend').to.equal(2);
        // The loss that diverged, 500, is not on the axis.
        expect(lines[1]).to.match(/^[^3-9]*$/);
        expect(lines.slice(-2).join(' ').replace(/\s+/g, ' ')).to.include('Suggested learning rate: 0.001');
        expect(lines.join(' ')).to.match(/The loss diverged above 0\.0\d+:/);
        expect(Math.max(...lines.map(textWidth))).to.be.at.most(columns);
      }
    });
  }

  it('says what to do where there is no suggestion', () => {
    const settings = { columns: 80, colors, symbols: unicodeSymbols };
    const none = renderFoundRate({ points, suggestion: null }, range, settings);
    expect(none.replaceAll('\n', ' ')).to.include(
      'No rate lowered the loss: try others with --lowest-rate and --highest-rate',
    );
    expect(renderFoundRate({ points: [], suggestion: null }, range, settings)).to.equal(
      'The loss is not finite at the first rate, 0.000001: nothing to compare.',
    );
  });
});
