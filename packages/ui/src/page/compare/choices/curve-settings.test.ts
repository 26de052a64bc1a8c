import { expect } from 'chai';
import { formatRange, parseRange, readSettings } from './curve-settings.js';

describe('settings of compared curves in the address', () => {
  it('are read', () => {
    const settings = readSettings(new URLSearchParams('axis=clock&logx=1&smooth=0.9&zoom=-1e3~2000.5'));
    const range = { from: -1000, to: 2000.5 };
    expect(settings).to.deep.equal({ axis: 'clock', logX: true, logY: false, smooth: 0.9, range });
  });

  it('are default where they are invalid', () => {
    const plain = { axis: 'step', logX: false, logY: false, smooth: 0, range: null };
    for (const text of ['', 'axis=moon&smooth=1&zoom=3', 'smooth=x&zoom=~3', 'smooth=-1&zoom=3~1', 'zoom=1~2~3']) {
      expect(readSettings(new URLSearchParams(text)), text).to.deep.equal(plain);
    }
  });

  it('have a range that is the same when it is read again', () => {
    const range = { from: 1e-7, to: 123_456.75 };
    expect(parseRange(formatRange(range)!)).to.deep.equal(range);
    expect(formatRange(null)).to.equal(null);
  });
});
