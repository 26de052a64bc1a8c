import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { collect } from '../../data/collect.test.support.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { csv } from './csv.js';

const megabyte = 1_000_000;

describe('csv on hostile files', () => {
  const folder = useTemporaryFolder();
  const file = () => join(folder(), 'data.csv');

  /** Writes a file of that many times the same text, after a first one. */
  async function writeRepeated(first: string, text: string, times: number): Promise<void> {
    const handle = await open(file(), 'w');
    await handle.write(first);
    for (let time = 0; time < times; time++) await handle.write(text);
    await handle.close();
  }

  for (const stream of [false, true]) {
    const how = stream ? 'as a stream' : 'as a table';

    it(`refuses a line of 100 MB with bounded memory, ${how}`, async () => {
      await writeRepeated('a,b\n1,', 'x'.repeat(megabyte), 100);
      const before = process.memoryUsage().rss;
      const error = await failureOf(() => csv(file(), { stream }).open());
      expect(error.message).to.equal(`${file()}:2: the row has more than 16 MiB.`);
      // As bytes and as text it would take at least 200 MB.
      expect(process.memoryUsage().rss - before).to.be.below(180 * megabyte);
    });

    it(`names a quote that is never closed in 40 MB, and reads the other rows without it, ${how}`, async () => {
      await writeRepeated('a,b\n1,"x\n', '1234567,x\n'.repeat(megabyte), 4);
      const error = await failureOf(() => collect(csv(file(), { stream })));
      expect(error.message).to.equal(`${file()}:2:3: a quote that is never closed.`);
      const rows = csv(file(), { stream, onBadRow: () => undefined });
      expect(await collect(rows, 0, 4 * megabyte - 1)).to.deep.equal([{ a: 1234567, b: 'x' }]);
    });

    it(`refuses a million columns, ${how}`, async () => {
      await writeFile(file(), `${'a,'.repeat(megabyte)}\n`);
      const error = await failureOf(() => csv(file(), { stream }).open());
      expect(error.message).to.equal(`${file()}:1 has more than 65,536 columns.`);
    });

    it(`counts a million cells in a row of two columns, ${how}`, async () => {
      await writeFile(file(), `a,b\n${','.repeat(megabyte)}\n`);
      const error = await failureOf(() =>
        csv(file(), { stream })
          .open()
          .then(() => collect(csv(file(), { stream }))),
      );
      expect(error.message).to.equal(`${file()}:2:3: the row has 1000001 cells, but there are 2 columns.`);
    });
  }

  it('refuses more than 1 GiB for a table in memory, also compressed', async () => {
    const handle = await open(file(), 'w');
    await handle.write('a\n1\n');
    await handle.truncate(2 ** 30 + 1);
    await handle.close();
    const error = await failureOf(() => csv(file()).open());
    expect(error.message).to.equal(`${file()} has more than 1 GiB, too much for a table in memory.`);
    expect(error.hint).to.equal('Read it in order: { stream: true }.');
  });

  it('refuses a gzip bomb in a row with bounded memory', async () => {
    await writeFile(file(), gzipSync(Buffer.alloc(200 * megabyte, 'a')));
    const before = process.memoryUsage().rss;
    expect((await failureOf(() => csv(file()).open())).message).to.equal(`${file()}:1: the row has more than 16 MiB.`);
    expect(process.memoryUsage().rss - before).to.be.below(150 * megabyte);
  });
});
