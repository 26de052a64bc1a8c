import { expect } from 'chai';
import fc from 'fast-check';
import { Arena, integers } from '../arena.test.support.js';
import type { ConvShape } from './conv-shape.js';
import { eachProduct } from './plain-conv.test.support.js';

const small = (min: number, max: number) => fc.integer({ min, max });

const shapes: fc.Arbitrary<ConvShape> = fc.record({
  images: small(1, 3),
  height: small(1, 9),
  width: small(1, 9),
  channels: small(1, 9),
  outHeight: small(1, 5),
  outWidth: small(1, 5),
  outChannels: small(1, 19),
  filterHeight: small(1, 4),
  filterWidth: small(1, 4),
  strideHeight: small(1, 3),
  strideWidth: small(1, 3),
  dilationHeight: small(1, 3),
  dilationWidth: small(1, 3),
  top: small(0, 3),
  left: small(0, 3),
});

/** More windows than a group has, more numbers in a window than a block has. */
const large: readonly ConvShape[] = [
  { images: 5, height: 40, width: 41, outHeight: 40, outWidth: 41, channels: 3, outChannels: 9, top: 1, left: 1 },
  { images: 2, height: 70, width: 70, outHeight: 68, outWidth: 68, channels: 2, outChannels: 3, top: 0, left: 0 },
  { images: 2, height: 6, width: 5, outHeight: 4, outWidth: 3, channels: 150, outChannels: 270, top: 0, left: 0 },
].map((shape) => ({
  ...shape,
  filterHeight: 3,
  filterWidth: 3,
  strideHeight: 1,
  strideWidth: 1,
  dilationHeight: 1,
  dilationWidth: 1,
}));

function sizesOf(shape: ConvShape) {
  const { images, height, width, channels, outChannels } = shape;
  return {
    x: images * height * width * channels,
    filter: shape.filterHeight * shape.filterWidth * channels * outChannels,
    y: images * shape.outHeight * shape.outWidth * outChannels,
  };
}

const arena = new Arena();

function expectConvolution(shape: ConvShape): void {
  const sizes = sizesOf(shape);
  const [x, filter, dy] = [integers(sizes.x, 1), integers(sizes.filter, 2), integers(sizes.y, 3)];
  const expected = {
    y: new Array<number>(sizes.y).fill(0),
    dFilter: new Array<number>(sizes.filter).fill(0),
    dx: new Array<number>(sizes.x).fill(0),
  };
  eachProduct(shape, (i, m, o) => {
    expected.y[o]! += x[i]! * filter[m]!;
    expected.dFilter[m]! += x[i]! * dy[o]!;
    expected.dx[i]! += filter[m]! * dy[o]!;
  });
  arena.reset();
  const at = { x: arena.put(x), filter: arena.put(filter), dy: arena.put(dy) };
  const [y, dFilter, dx] = [4 * sizes.y, 4 * sizes.filter, 4 * sizes.x].map(arena.scratch) as [number, number, number];
  arena.kernels.convolve(shape, { ...at, y }, arena.scratch);
  arena.kernels.filterGradient(shape, { ...at, dFilter }, arena.scratch);
  arena.kernels.inputGradient(shape, { ...at, dx }, arena.scratch);
  expect(arena.get(y, sizes.y)).to.deep.equal(expected.y);
  expect(arena.get(dFilter, sizes.filter)).to.deep.equal(expected.dFilter);
  expect(arena.get(dx, sizes.x)).to.deep.equal(expected.dx);
  expect(arena.get(at.x, sizes.x)).to.deep.equal(x);
  arena.expectGuarded();
}

describe('convolutions', () => {
  it('and their gradients are the sums of products, for any shape, stride, padding and dilation', () => {
    fc.assert(fc.property(shapes, expectConvolution), { numRuns: 200 });
  });

  for (const shape of large) {
    const { images, height, width, channels, outChannels } = shape;
    it(`and their gradients are, for ${images}×${height}×${width}×${channels} → ${outChannels}`, () =>
      expectConvolution(shape)).timeout(20_000);
  }
});
