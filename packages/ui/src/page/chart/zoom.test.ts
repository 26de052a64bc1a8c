import { expect } from 'chai';
import { axisScale } from './axis-scale.js';
import { withinWhole, zoomed } from './zoom.js';

const whole = { from: 0, to: 1000 };
const within = (from: number, to: number) => withinWhole({ from, to }, whole, false, 2);

describe('zoomed', () => {
  it('keeps the place under the pointer', () => {
    for (const log of [false, true]) {
      const scale = axisScale({ from: 1, to: 1000 }, log, 50, 350);
      const range = zoomed(scale, 150, 0.5);
      const after = axisScale(range, log, 50, 350);
      expect(after.toPixel(scale.toValue(150))).to.be.closeTo(150, 1e-9);
      expect(after.toPixel(scale.toValue(200)) - 150).to.be.closeTo(100, 1e-9);
    }
  });

  it('moves by pixels', () => {
    expect(zoomed(axisScale({ from: 0, to: 100 }, false, 0, 200), 80, 1, 50)).to.deep.equal({ from: 25, to: 125 });
  });
});

describe('withinWhole', () => {
  it('keeps the length of what is moved over an end', () => {
    expect(within(-100, 100)).to.deep.equal({ from: 0, to: 200 });
    expect(within(900, 1100)).to.deep.equal({ from: 800, to: 1000 });
  });

  it('is null for all and more', () => {
    expect([within(0, 1000), within(-5000, 5000), within(Number.NaN, 3)]).to.deep.equal([null, null, null]);
  });

  it('is not shorter than the least', () => {
    expect(within(500, 500.5)).to.deep.equal({ from: 499.25, to: 501.25 });
  });

  it('has few digits', () => {
    expect(within(123.456789, 678.98765)).to.deep.equal({ from: 123.46, to: 678.99 });
    expect(within(500.123456, 502.987654)).to.deep.equal({ from: 500.1235, to: 502.9877 });
  });

  it('keeps the ratio of a logarithmic range', () => {
    expect(withinWhole({ from: 0.1, to: 10 }, { from: 1, to: 1000 }, true, 1e-9)).to.deep.equal({ from: 1, to: 100 });
  });
});
