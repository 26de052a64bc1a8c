import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { collect } from '../../data/collect.test.support.js';
import { isForgeError } from '../../errors/forge-error.js';
import { elements, sizeOf } from '../../tensor/tensor-data.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { idx } from './idx.js';
import { parseIdx, readIdx } from './read-idx.js';

/** An idx file of that type, whose elements are these bytes. */
function idxFile(type: number, shape: readonly number[], bytes: Iterable<number>): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header[2] = type;
  header[3] = shape.length;
  for (const [at, dimension] of shape.entries()) header.writeUInt32BE(dimension, 4 + 4 * at);
  return Buffer.concat([header, Uint8Array.from(bytes)]);
}

describe('idx', () => {
  const folder = useTemporaryFolder();

  it('reads plain and gzipped files, whatever their names', async () => {
    const bytes = idxFile(8, [2, 3], [1, 2, 3, 4, 5, 255]);
    const [plain, packed] = [join(folder(), 'plain.gz'), join(folder(), 'packed')];
    await writeFile(plain, bytes);
    await writeFile(packed, gzipSync(bytes));
    for (const path of [plain, packed]) {
      const array = await readIdx(path);
      expect([array.dtype, array.shape, [...elements(array)]]).to.deep.equal(['uint8', [2, 3], [1, 2, 3, 4, 5, 255]]);
    }
    const [, second] = await collect(idx({ images: plain, again: packed }));
    expect(second && [[...elements(second.images)], second.again.shape]).to.deep.equal([[4, 5, 255], [3]]);
    expect(Object.keys((await collect(idx(plain, { name: 'y' })))[0]!)).to.deep.equal(['y']);
  });

  it('reads every type', () => {
    for (const [type, dtype, bytes, value] of [
      [8, 'uint8', [200], 200],
      [9, 'int8', [200], -56],
      [11, 'int16', [1, 2], 258],
      [12, 'int32', [0, 0, 1, 2], 258],
      [13, 'float32', [0x3f, 0x80, 0, 0], 1],
      [14, 'float64', [0x3f, 0xf0, 0, 0, 0, 0, 0, 0], 1],
    ] as const) {
      const array = parseIdx(idxFile(type, [1], bytes), 'x');
      expect([array.dtype, [...elements(array)]]).to.deep.equal([dtype, [value]]);
    }
  });

  const invalid: readonly (readonly [what: string, bytes: Uint8Array, message: RegExp])[] = [
    ['an empty file', new Uint8Array(0), /truncated: 0 bytes/],
    ['another format', Buffer.from('PNG image'), /two zero bytes/],
    ['another element type', Buffer.from([0, 0, 0x0a, 1, 0, 0, 0, 0]), /type 10/],
    ['no dimensions', Buffer.from([0, 0, 8, 0]), /0 dimensions/],
    ['200 dimensions', Buffer.from([0, 0, 8, 200, 1, 1, 1, 1]), /200 dimensions/],
    ['half a header', Buffer.from([0, 0, 8, 3, 0, 0, 0, 1]), /header should have 16 bytes/],
    ['a missing element', idxFile(8, [2, 3], [1, 2, 3, 4, 5]), /truncated: 2 × 3 elements need 6 bytes, it has 5/],
    ['an element too many', idxFile(8, [2], [1, 2, 3]), /too long/],
    ['dimensions whose product overflows', idxFile(8, [2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1], [0]), /truncated/],
    ['a truncated gzip', gzipSync(idxFile(8, [64], Array(64).fill(7))).subarray(0, 20), /cannot be decompressed/],
  ];
  for (const [what, bytes, message] of invalid) {
    it(`rejects ${what}, naming the file`, async () => {
      const path = join(folder(), 'digits');
      await writeFile(path, bytes);
      const error = await failureOf(() => readIdx(path));
      expect(error.code).to.equal('DATA_INVALID');
      expect(error.message).to.contain(path).and.match(message);
    });
  }

  it('rejects a folder', async () => {
    await mkdir(join(folder(), 'digits'));
    expect((await failureOf(() => readIdx(join(folder(), 'digits')))).message).to.contain('it is a folder');
  });

  it('reads or rejects with a ForgeError, whichever byte is changed', () => {
    const valid = idxFile(8, [3, 2], [1, 2, 3, 4, 5, 6]);
    let refused = 0;
    for (let at = 0; at < valid.length; at++) {
      for (let value = 0; value < 256; value++) {
        const bytes = Uint8Array.from(valid);
        bytes[at] = value;
        try {
          const array = parseIdx(bytes, 'x');
          expect(sizeOf(array.shape)).to.equal(elements(array).length);
        } catch (error) {
          if (!isForgeError(error)) throw error;
          refused++;
        }
      }
    }
    expect(refused).to.be.greaterThan(1_500);
  });
});
