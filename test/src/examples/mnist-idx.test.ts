import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { isForgeError } from '@forge-ml/core';
import { expect } from 'chai';
import { idxFile } from './idx-file.js';
import { loadExample } from './load-example.js';
import { forgeErrorOf } from './rejection.js';
import { inTemporaryFolder } from './temporary-folder.js';

interface IdxArray {
  readonly shape: readonly number[];
  readonly values: Uint8Array;
}
interface Idx {
  readIdx(path: string): Promise<IdxArray>;
  parseIdx(bytes: Uint8Array, name: string): IdxArray;
}

describe('examples/mnist: idx files', () => {
  let idx: Idx;
  before(async () => {
    idx = await loadExample<Idx>('mnist/idx.ts');
  });

  it('are read plain and gzipped, whatever their names', () =>
    inTemporaryFolder(async (folder) => {
      const bytes = idxFile([2, 3], [1, 2, 3, 4, 5, 255]);
      await writeFile(join(folder, 'plain.gz'), bytes);
      await writeFile(join(folder, 'packed'), gzipSync(bytes));
      for (const name of ['plain.gz', 'packed']) {
        const { shape, values } = await idx.readIdx(join(folder, name));
        expect(shape).to.deep.equal([2, 3]);
        expect([...values]).to.deep.equal([1, 2, 3, 4, 5, 255]);
      }
    }));

  const invalid: readonly (readonly [what: string, bytes: Uint8Array, message: RegExp])[] = [
    ['an empty file', new Uint8Array(0), /truncated: 0 bytes/],
    ['another format', Buffer.from('PNG image'), /two zero bytes/],
    ['another element type', Buffer.from([0, 0, 0x0d, 1, 0, 0, 0, 0]), /type 13/],
    ['no dimensions', Buffer.from([0, 0, 8, 0]), /0 dimensions/],
    ['200 dimensions', Buffer.from([0, 0, 8, 200, 1, 1, 1, 1]), /200 dimensions/],
    ['half a header', Buffer.from([0, 0, 8, 3, 0, 0, 0, 1]), /header should have 16 bytes/],
    ['a missing element', idxFile([2, 3], [1, 2, 3, 4, 5]), /truncated: 2 × 3 elements need 6 bytes, it has 5/],
    ['an element too many', idxFile([2], [1, 2, 3]), /too long/],
    ['dimensions whose product overflows', idxFile([2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1], [0]), /truncated/],
    ['a truncated gzip', gzipSync(idxFile([64], Array(64).fill(7))).subarray(0, 20), /cannot be decompressed/],
    [
      'a gzip that unpacks to more than any set of digits',
      gzipSync(new Uint8Array(2 ** 26 + 1)),
      /cannot be decompressed/,
    ],
  ];
  for (const [what, bytes, message] of invalid) {
    it(`rejects ${what}, naming the file`, () =>
      inTemporaryFolder(async (folder) => {
        const path = join(folder, 'digits');
        await writeFile(path, bytes);
        const error = await forgeErrorOf(idx.readIdx(path));
        expect(error.code).to.equal('DATA_INVALID');
        expect(error.message).to.contain(path).and.match(message);
      }));
  }

  it('rejects a folder', () =>
    inTemporaryFolder(async (folder) => {
      await mkdir(join(folder, 'digits'));
      expect((await forgeErrorOf(idx.readIdx(join(folder, 'digits')))).message).to.contain('cannot be read');
    }));

  it('are either read or rejected with a ForgeError, whichever byte is changed', () => {
    const valid = idxFile([3, 2], [1, 2, 3, 4, 5, 6]);
    let refused = 0;
    for (let at = 0; at < valid.length; at++) {
      for (let value = 0; value < 256; value++) {
        const bytes = Uint8Array.from(valid);
        bytes[at] = value;
        try {
          const { shape, values } = idx.parseIdx(bytes, 'x');
          expect(shape.reduce((product, dimension) => product * dimension, 1)).to.equal(values.length);
        } catch (error) {
          if (!isForgeError(error)) throw error;
          refused++;
        }
      }
    }
    expect(refused).to.be.greaterThan(1_500);
  });
});
