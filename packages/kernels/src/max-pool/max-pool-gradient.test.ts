import { expect } from 'chai';
import fc from 'fast-check';
import { Arena, integers } from '../arena.test.support.js';
import type { PoolShape } from './pool-shape.js';

const small = (min: number, max: number) => fc.integer({ min, max });

const shapes: fc.Arbitrary<PoolShape> = fc.record({
  images: small(1, 3),
  height: small(1, 7),
  width: small(1, 7),
  channels: small(1, 9),
  outHeight: small(1, 5),
  outWidth: small(1, 5),
  filterHeight: small(1, 4),
  filterWidth: small(1, 4),
  strideHeight: small(1, 4),
  strideWidth: small(1, 4),
  top: small(0, 3),
  left: small(0, 3),
});

/** Of equal values the first; NaN is the largest only as the first one. */
function expectedGradient(shape: PoolShape, x: readonly number[], dy: readonly number[]): number[] {
  const { images, height, width, channels, outHeight, outWidth, filterHeight, filterWidth } = shape;
  const dx = new Array<number>(images * height * width * channels).fill(0);
  for (const [at, gradient] of dy.entries()) {
    const channel = at % channels;
    const pixel = Math.floor(at / channels);
    const top = (Math.floor(pixel / outWidth) % outHeight) * shape.strideHeight - shape.top;
    const left = (pixel % outWidth) * shape.strideWidth - shape.left;
    const image = Math.floor(pixel / outWidth / outHeight);
    let largest: number | undefined;
    for (let row = Math.max(0, top); row < Math.min(height, top + filterHeight); row++) {
      for (let column = Math.max(0, left); column < Math.min(width, left + filterWidth); column++) {
        const index = ((image * height + row) * width + column) * channels + channel;
        if (largest === undefined || x[index]! > x[largest]!) largest = index;
      }
    }
    if (largest !== undefined) dx[largest]! += gradient;
  }
  return dx;
}

const arena = new Arena();

describe('the gradient of max pooling', () => {
  it('goes to the first largest number of each window, for any shape, stride and padding', () => {
    fc.assert(
      fc.property(shapes, fc.boolean(), (shape, hasNaN) => {
        const { images, height, width, channels, outHeight, outWidth } = shape;
        const x = integers(images * height * width * channels, 1).map((value) =>
          hasNaN && value === 3 ? Number.NaN : value,
        );
        const dy = integers(images * outHeight * outWidth * channels, 2);
        arena.reset();
        const at = { x: arena.put(x), dy: arena.put(dy), dx: arena.scratch(4 * x.length) };
        arena.kernels.maxPoolGradient(shape, at);
        expect(arena.get(at.dx, x.length)).to.deep.equal(expectedGradient(shape, x, dy));
        arena.expectGuarded();
      }),
      { numRuns: 200 },
    );
  });
});
