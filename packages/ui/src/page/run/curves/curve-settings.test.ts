import { expect } from 'chai';
import { readSettings, zoomText } from './curve-settings.js';

const read = (text: string) => readSettings(new URLSearchParams(text));

describe('settings of curves in the address', () => {
  it('are default without parameters', () => {
    const settings = { axis: 'step', logX: false, logY: false, smooth: 0, range: null, filter: '' };
    expect(read('')).to.deep.equal(settings);
  });

  it('are read', () => {
    const settings = read('axis=time&logx=1&logy=1&smooth=0.9&zoom=1e3~2000.5&metrics=loss');
    const range = { from: 1000, to: 2000.5 };
    expect(settings).to.deep.equal({ axis: 'time', logX: true, logY: true, smooth: 0.9, range, filter: 'loss' });
  });

  it('are default where they are invalid', () => {
    for (const text of [
      'axis=moon',
      'smooth=1',
      'smooth=x',
      'zoom=3',
      'zoom=~3',
      'zoom=3~1',
      'zoom=1~2~3',
      'zoom=a~b',
    ]) {
      expect(read(text), text).to.deep.equal(read(''));
    }
  });

  it('write a zoom that is read again', () => {
    expect(zoomText(null)).to.equal(null);
    expect(zoomText({ from: 0.5, to: 2000 })).to.equal('0.5~2000');
    expect(read(`zoom=${zoomText({ from: -5, to: 1e12 })}`).range).to.deep.equal({ from: -5, to: 1e12 });
    // A minute of the clock.
    const minute = { from: 1_795_853_220, to: 1_795_853_280 };
    expect(read(`axis=clock&zoom=${zoomText(minute)}`)).to.deep.include({ axis: 'clock', range: minute });
  });
});
