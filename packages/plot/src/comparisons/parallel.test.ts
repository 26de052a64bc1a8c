import { expect } from 'chai';
import { makeParallel } from './parallel.js';

const rows = [
  { name: 'churn/1', values: [0.001, 'adam'], metric: 0.5 },
  { name: 'churn/2', values: [0.1, 'sgd'], metric: 0.3 },
  { name: 'churn/3', values: [0.01, null], metric: null },
  { name: 'churn/4', values: [0.01, 'adam'], metric: Number.NaN },
];
const flags = [{ name: 'lr' }, { name: 'optimizer' }];

describe('makeParallel', () => {
  it('has an axis for each flag and the metric, and the place of each run on each', () => {
    const { axes, lines } = makeParallel(rows, { flags, metric: { name: 'valid.loss', direction: 'min' } });
    expect(axes.map(({ title, kind }) => [title, kind])).to.deep.equal([
      ['lr, log scale', 'log'],
      ['optimizer', 'categories'],
      ['valid.loss', 'linear'],
    ]);
    const first = lines.find(({ row }) => row === 0)!;
    expect(first.places[0]).to.equal(0);
    expect(first.places[1]).to.be.closeTo(1 / 2, 1e-9);
    expect(first.places[2]).to.equal(axes[2]!.place(0.5));
  });

  for (const [direction, best, worst] of [
    ['min', 1, 0],
    ['max', 0, 1],
    [undefined, 0, 1],
  ] as const) {
    it(`ranks runs where ${direction ?? 'no direction'} is best, the best last`, () => {
      const { lines, rankAt, axes } = makeParallel(rows, { flags, metric: { name: 'valid.loss', direction } });
      expect(lines.map(({ row }) => row)).to.deep.equal([2, 3, worst, best]);
      expect(lines.map(({ rank }) => rank)).to.deep.equal([undefined, undefined, 0, 1]);
      expect(rankAt(axes[2]!.place(0.4)!)).to.be.closeTo(0.5, 1e-9);
    });
  }

  it('ends the line of a run without a finite metric before its axis', () => {
    const { lines } = makeParallel(rows, { flags, metric: { name: 'valid.loss' } });
    for (const { row, places } of lines) expect(places[2] === undefined).to.equal(row > 1);
  });

  it('ranks equal metrics as best, and is empty without runs', () => {
    const equal = rows.slice(0, 2).map((row) => ({ ...row, metric: 1 }));
    const { lines } = makeParallel(equal, { flags, metric: { name: 'valid.loss', direction: 'min' } });
    expect(lines.map(({ rank }) => rank)).to.deep.equal([1, 1]);
    expect(makeParallel([], { flags, metric: { name: 'valid.loss' } }).lines).to.deep.equal([]);
  });
});
