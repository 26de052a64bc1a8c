import { deepStrictEqual, rejects } from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { elements, type TensorData } from '@forge-ml/core/plugin';
import { tableReader } from './table-reader.js';

describe('tableReader', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reader-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function open(text: string, options = {}): Promise<[string, readonly number[], number[]][]> {
    const path = join(folder, 'table.tsv');
    await writeFile(path, text);
    const arrays = (await tableReader.open({ path, options, warn: () => undefined })) as Record<string, TensorData>;
    return Object.entries(arrays).map(([name, array]) => [name, array.shape, Array.from(elements(array), Number)]);
  }

  it('reads each column as an array, or several as one', async () => {
    const table = 'a\tb\ty\n1\t2\t0.5\n-3\t4e1\t0\n';
    deepStrictEqual(await open(table), [
      ['a', [2, 1], [1, -3]],
      ['b', [2, 1], [2, 40]],
      ['y', [2, 1], [0.5, 0]],
    ]);
    deepStrictEqual(await open(table, { columns: { x: ['b', 'a'] } }), [['x', [2, 2], [2, 1, 40, -3]]]);
  });

  it('names the invalid file and row', async () => {
    await rejects(open('a\tb\n1\t2\n3\n'), /table\.tsv has 2 columns, but 1 in row 2\.$/);
    await rejects(open('a\n1\n\tx\n'), /has 1 columns, but 2 in row 2/);
    await rejects(open('a\n1\ntwo\n'), /has "two", which is not a number, in row 2 of column a/);
    await rejects(open('a\n'), /has no rows/);
    await rejects(open('a\n1\n', { columns: { x: ['c'] } }), /has no column c; it has a/);
    await rejects(open('a\n1\n', { colums: {} }), /no option "colums"/);
    await rejects(
      async () => tableReader.open({ path: join(folder, 'none.tsv'), options: {}, warn: () => undefined }),
      /Cannot read .*none\.tsv/,
    );
  });
});
