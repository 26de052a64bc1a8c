import { stripVTControlCharacters } from 'node:util';
import { tensor } from '@forge-ml/core';
import { expect } from 'chai';
import { picturesOf } from '../actions/dry-run.js';
import { textWidth } from '../terminal/text-width.js';
import { renderPictures } from './pictures.js';

describe('pictures of a batch', () => {
  it('are of arrays [batch, height, width, 1 or 3] only, three at most', () => {
    const array = (...shape: number[]) => tensor(new Float32Array(shape.reduce((a, b) => a * b)), shape);
    const batch = { grey: array(5, 4, 6, 1), colour: array(2, 4, 6, 3), two: array(2, 4, 6, 2), flat: array(5, 24) };
    const pictures = picturesOf(batch);
    expect(Object.entries(pictures).map(([name, each]) => [name, each.length])).to.deep.equal([
      ['grey', 3],
      ['colour', 2],
    ]);
  });

  it('are drawn in half blocks: two rows of pixels in a line, in greys or colours', () => {
    const grey = picturesOf({ x: tensor(new Uint8Array([0, 255, 255, 0, 255, 255]), [1, 3, 2, 1]) }).x!;
    expect(renderPictures(grey, 80).split('\n')).to.deep.equal([
      '\x1b[38;5;232;48;5;255m▀\x1b[38;5;255;48;5;232m▀\x1b[0m',
      '\x1b[38;5;255m▀\x1b[38;5;255m▀\x1b[0m',
    ]);
    const red = picturesOf({ x: tensor(new Float32Array([1, 0, 0, 0, 0, 2, 1, 1, 1, 0, 0, 0]), [1, 2, 2, 3]) }).x!;
    expect(renderPictures(red, 80).startsWith('\x1b[38;5;124;48;5;145m▀')).to.equal(true);
  });

  it('are reduced to fit, and next to each other where there is room', () => {
    const wide = picturesOf({ x: tensor(new Uint8Array(3 * 100 * 300), [3, 100, 300, 1]) }).x!;
    for (const [columns, expected] of [
      [30, 30],
      [40, 40],
      [90, 82],
      [200, 124],
    ] as const) {
      const lines = renderPictures(wide, columns).split('\n').map(stripVTControlCharacters);
      expect(Math.max(...lines.map(textWidth))).to.equal(expected);
    }
  });
});
