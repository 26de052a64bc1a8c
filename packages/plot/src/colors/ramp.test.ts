import { expect } from 'chai';
import { contrast, seen, visions } from './color-vision.test.support.js';
import { rampColor } from './ramp.js';

const places = Array.from({ length: 41 }, (_, at) => at / 40);

describe('rampColor', () => {
  for (const [theme, background] of [
    ['light', '#ffffff'],
    ['dark', '#24272e'],
  ] as const) {
    it(`gives better values more contrast on a ${theme} page, for color-blind readers too`, () => {
      const colors = places.map((place) => rampColor(place, theme));
      for (const vision of Object.keys(visions) as (keyof typeof visions)[]) {
        const lightness = colors.map((color) => seen(color, vision)[0]!);
        for (const [at, value] of lightness.slice(1).entries()) {
          const rise = theme === 'light' ? lightness[at]! - value : value - lightness[at]!;
          expect(rise, `${vision} at ${at}`).to.be.greaterThan(0);
        }
      }
      expect(contrast(rampColor(1, theme), background)).to.be.greaterThan(10);
      expect(contrast(rampColor(0, theme), background)).to.be.greaterThan(1.4);
    });
  }

  it('is viridis, and ends at its ends', () => {
    expect(rampColor(1, 'light')).to.equal('#440154');
    expect(rampColor(1, 'dark')).to.equal('#fde725');
    expect(rampColor(7, 'dark')).to.equal('#fde725');
    expect(rampColor(-1, 'light')).to.equal(rampColor(0, 'light'));
  });
});
