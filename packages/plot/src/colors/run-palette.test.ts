import { expect } from 'chai';
import { contrast, seen, visions } from './color-vision.test.support.js';
import { runPalette } from './run-palette.js';

describe('runPalette', () => {
  for (const [theme, backgrounds] of [
    ['light', ['#ffffff']],
    ['dark', ['#000000', '#24272e']],
  ] as const) {
    it(`has a contrast of 3:1 or more on a ${theme} page`, () => {
      for (const background of backgrounds) {
        const contrasts = runPalette.map((color) => contrast(color[theme], background));
        expect(Math.min(...contrasts), JSON.stringify(contrasts)).to.be.at.least(3);
      }
    });

    it(`has eight colors that differ for color-blind readers of a ${theme} page`, () => {
      for (const vision of Object.keys(visions) as (keyof typeof visions)[]) {
        for (const [at, a] of runPalette.entries()) {
          for (const b of runPalette.slice(0, at)) {
            const [from, to] = [seen(a[theme], vision), seen(b[theme], vision)];
            const difference = Math.hypot(...from.map((value, axis) => value - to[axis]!));
            expect(difference, `${a[theme]} and ${b[theme]}, ${vision}`).to.be.at.least(0.03);
          }
        }
      }
    });
  }
});
