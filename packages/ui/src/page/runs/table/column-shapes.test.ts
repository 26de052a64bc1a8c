import { expect } from 'chai';
import type { DisplayColumn } from '../columns/display-columns.js';
import { grownShapes, widthOf } from './column-shapes.js';

const texts = { measured: (value: unknown) => (typeof value === 'number' ? value.toFixed(4) : ''), short: String };
const field = { key: 'k', title: 't', kind: 'flag' as const, direction: null };
const auc: DisplayColumn = { name: 'auc', title: 'auc', field, isMetric: true, at: 0, bestAt: 1 };
const rate: DisplayColumn = { name: 'rate', title: 'rate', field, isMetric: false, at: 2 };

describe('room for the values of a column', () => {
  it('is that of the longest parts before and after the point', () => {
    const shapes = grownShapes(
      new Map(),
      [auc, rate],
      [
        [0.5, 12.5, 64],
        [3, 1, 0.0003],
        [null, null, null],
      ],
      texts,
    );
    expect(shapes.get('auc')).to.include({ head: 1, tail: 5, bestHead: 2, bestTail: 5, isNumeric: true });
    expect(shapes.get('rate')).to.include({ head: 2, tail: 5, bestTail: 0, isNumeric: true });
  });

  it('only grows, and text makes a column one of text', () => {
    const before = grownShapes(new Map(), [rate], [[0, 0, 0.0003]], texts);
    const after = grownShapes(before, [rate], [[0, 0, 'auto']], texts);
    expect(after.get('rate')).to.include({ tail: 5, isNumeric: false });
  });

  it('is at least that of the header', () => {
    const [shape] = grownShapes(new Map(), [rate], [[0, 0, 1]], texts).values();
    expect(widthOf(shape!, 'a-long-name-of-a-flag', true)).to.be.greaterThan(widthOf(shape!, 'rate', true));
  });
});
