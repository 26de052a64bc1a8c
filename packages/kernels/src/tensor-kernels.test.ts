import { expect } from 'chai';
import fc from 'fast-check';
import { Arena, integers } from './arena.test.support.js';

const arena = new Arena();

describe('sums of rows', () => {
  it('are the sums of the columns, for any number of both', () => {
    const rows = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(512, 513, 1100));
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 45 }), (rows, columns) => {
        const x = integers(rows * columns, 1);
        const sums = new Array<number>(columns).fill(0);
        for (const [at, value] of x.entries()) sums[at % columns]! += value;
        arena.reset();
        const [from, out] = [arena.put(x), arena.scratch(4 * columns)];
        arena.kernels.sumRows(from, rows, columns, out);
        expect(arena.get(out, columns)).to.deep.equal(sums);
        arena.expectGuarded();
      }),
    );
  });

  it('of many rows are as exact as sums of sums', () => {
    arena.reset();
    const rows = 1 << 20;
    const [from, out] = [arena.put(new Array<number>(rows).fill(0.1)), arena.scratch(4)];
    arena.kernels.sumRows(from, rows, 1, out);
    expect(arena.get(out, 1)[0]).to.be.closeTo(rows * 0.1, rows * 1e-5);
  });
});
