import { expect } from 'chai';
import fc from 'fast-check';
import { Arena, integers } from '../arena.test.support.js';

const shapes = fc.record({
  count: fc.integer({ min: 1, max: 3 }),
  left: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constantFrom(64, 67, 130)),
  inner: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constantFrom(256, 257, 600)),
  right: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constant(33)),
  transposeA: fc.boolean(),
  transposeB: fc.boolean(),
  sharesB: fc.boolean(),
});

const arena = new Arena();

describe('products of matrices', () => {
  it('are the sums of products, for any shape, transposed or not', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const { count, left, inner, right, transposeA, transposeB, sharesB } = shape;
        const a = integers(count * left * inner, 1);
        const b = integers((sharesB ? 1 : count) * inner * right, 2);
        const expected = Array.from({ length: count * left * right }, (_, index) => {
          const j = index % right;
          const i = Math.floor(index / right) % left;
          const n = Math.floor(index / right / left);
          const ofA = (r: number) => a[n * left * inner + (transposeA ? r * left + i : i * inner + r)]!;
          const ofB = (r: number) =>
            b[(sharesB ? 0 : n * inner * right) + (transposeB ? j * inner + r : r * right + j)]!;
          let sum = 0;
          for (let r = 0; r < inner; r++) sum += ofA(r) * ofB(r);
          return sum;
        });
        arena.reset();
        const places = { a: arena.put(a), b: arena.put(b), out: arena.scratch(4 * expected.length) };
        arena.kernels.multiplyMatrices({ ...shape, ...places }, arena.scratch);
        expect(arena.get(places.out, expected.length)).to.deep.equal(expected);
        arena.expectGuarded();
      }),
      { numRuns: 200 },
    );
  });

  it('pass NaN and infinity on to the rows that they are in', () => {
    arena.reset();
    const a = [1, 2, Number.NaN, 1, Number.POSITIVE_INFINITY, 1];
    const places = { a: arena.put(a), b: arena.put([1, 1]), out: arena.scratch(12) };
    const flags = { transposeA: false, transposeB: false, sharesB: false };
    arena.kernels.multiplyMatrices({ count: 1, left: 3, inner: 2, right: 1, ...flags, ...places }, arena.scratch);
    expect(arena.get(places.out, 3)).to.deep.equal([3, Number.NaN, Number.POSITIVE_INFINITY]);
  });
});
