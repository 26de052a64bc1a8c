import { expect } from 'chai';
import { makeBars } from './bars.js';

describe('makeBars', () => {
  it('has the largest first, on an axis from zero', () => {
    const values = { hidden: 0.1, lr: 0.62, optimizer: 0.1, seed: null, decay: Number.NaN };
    const rows = Object.entries(values).map(([name, value]) => ({ name, value }));
    const { bars, x, omitted, title } = makeBars(rows, 'importance');
    expect(bars.map(({ name }) => name)).to.deep.equal(['lr', 'hidden', 'optimizer']);
    expect([x.place(0), omitted, title]).to.deep.equal([0, 2, 'importance']);
    expect(x.place(0.62)).to.be.within(0.8, 1);
  });

  it('has room below zero, and exists without values', () => {
    const { x } = makeBars(
      [
        { name: 'a', value: -1 },
        { name: 'b', value: 1 },
      ],
      'effect',
    );
    expect(x.place(0)).to.equal(0.5);
    expect(makeBars([], 'importance').bars).to.deep.equal([]);
  });
});
