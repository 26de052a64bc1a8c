import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { useTemporaryFolder } from '../testing/temporary-folder.test.support.js';
import { ChunkReader } from './chunk-reader.js';

describe('PieceReader', () => {
  const folder = useTemporaryFolder();

  /** What is seen of a file, so many bytes of which are dropped after each look. */
  async function seen(content: string, pieceBytes: number, drops: readonly number[]): Promise<string[]> {
    const path = join(folder(), 'file');
    await writeFile(path, content);
    const handle = await open(path);
    try {
      const reader = new ChunkReader(handle, pieceBytes);
      const all: string[] = [];
      for (let bytes = await reader.more(); bytes !== undefined; bytes = await reader.more()) {
        const looks = all.push(bytes.toString());
        reader.drop(drops[looks - 1] ?? 0);
      }
      return all;
    } finally {
      await handle.close();
    }
  }

  it('shows what was not dropped again, and what follows it', async () => {
    expect(await seen('abcdefgh', 4, [2, 4, 2])).to.deep.equal(['abcd', 'cdef', 'gh']);
  });

  it('grows for a part that has to be seen whole', async () => {
    expect(await seen('abcdefghij', 2, [])).to.deep.equal(['ab', 'abcd', 'abcdefgh', 'abcdefghij']);
  });

  it('shows nothing of an empty file', async () => {
    expect(await seen('', 2, [])).to.deep.equal([]);
  });
});
