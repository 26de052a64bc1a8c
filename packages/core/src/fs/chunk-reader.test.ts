import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { useTemporaryFolder } from '../testing/temporary-folder.test.support.js';
import { ChunkReader } from './chunk-reader.js';

describe('ChunkReader', () => {
  const folder = useTemporaryFolder();

  /** Every result of `more`; after each call the given number of bytes is dropped. */
  async function seen(content: string, chunkBytes: number, drops: readonly number[]): Promise<string[]> {
    const path = join(folder(), 'file');
    await writeFile(path, content);
    const handle = await open(path);
    try {
      const reader = new ChunkReader(handle, chunkBytes);
      const all: string[] = [];
      for (let bytes = await reader.more(); bytes !== undefined; bytes = await reader.more()) {
        const calls = all.push(bytes.toString());
        reader.drop(drops[calls - 1] ?? 0);
      }
      return all;
    } finally {
      await handle.close();
    }
  }

  it('returns what was not dropped, and what follows it', async () => {
    expect(await seen('abcdefgh', 4, [2, 4, 2])).to.deep.equal(['abcd', 'cdef', 'gh']);
  });

  it('grows while nothing is dropped', async () => {
    expect(await seen('abcdefghij', 2, [])).to.deep.equal(['ab', 'abcd', 'abcdefgh', 'abcdefghij']);
  });

  it('returns nothing for an empty file', async () => {
    expect(await seen('', 2, [])).to.deep.equal([]);
  });
});
