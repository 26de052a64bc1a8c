import { expect } from 'chai';
import type { TensorEntry } from './safetensors-header.js';
import { blocksOf } from './tensor-blocks.js';

const mebibyte = 2 ** 20;

/** Consecutive tensors of the given sizes in bytes. */
function entriesOf(sizes: Readonly<Record<string, number>>): Map<string, TensorEntry> {
  let end = 0;
  return new Map(
    Object.entries(sizes).map(([name, size]) => {
      const begin = end;
      end += size;
      return [name, { dtype: 'uint8', shape: [size], begin, end }];
    }),
  );
}

describe('blocksOf', () => {
  const placesIn = (sizes: Readonly<Record<string, number>>) =>
    blocksOf(entriesOf(sizes)).map(({ bytes, tensors }) => [bytes, tensors.map(({ name, at }) => [name, at])]);

  it('puts tensors into one block, each aligned for any type', () => {
    expect(placesIn({ a: 3, b: 0, c: 16, d: 1 })).to.deep.equal([
      [
        25,
        [
          ['a', 0],
          ['b', 8],
          ['c', 8],
          ['d', 24],
        ],
      ],
    ]);
    expect(placesIn({})).to.deep.equal([]);
  });

  it('starts a new block before one becomes too large, and gives a larger tensor its own', () => {
    const sizes = { a: 200 * mebibyte, b: 56 * mebibyte, c: 1, d: 5000 * mebibyte, e: 7 };
    expect(placesIn(sizes)).to.deep.equal([
      [
        256 * mebibyte,
        [
          ['a', 0],
          ['b', 200 * mebibyte],
        ],
      ],
      [1, [['c', 0]]],
      [5000 * mebibyte, [['d', 0]]],
      [7, [['e', 0]]],
    ]);
  });
});
