import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { collect } from '../../data/collect.test.support.js';
import type { Row } from '../../tensor/row.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import type { BadRow } from '../bad-rows.js';
import { type JsonLinesOptions, jsonLines } from './json-lines.js';
import { LineReader } from './line-reader.js';
import { type TextLinesOptions, textLines } from './text-lines.js';

describe('files of lines', () => {
  const folder = useTemporaryFolder();
  const file = () => join(folder(), 'data.txt');

  /** The rows, read into memory and as a stream, from the start and from every position. */
  async function rowsOf<O extends object>(
    read: (path: string, options: O) => ReturnType<typeof jsonLines>,
    text: string | Uint8Array,
    options: O = {} as O,
  ): Promise<Row[]> {
    await writeFile(file(), text);
    const rows = await collect(read(file(), options));
    for (const stream of [false, true]) {
      const dataset = read(file(), { ...options, stream });
      for (let skip = 0; skip <= rows.length; skip++) {
        expect(await collect(dataset, 0, skip)).to.deep.equal(rows.slice(skip));
      }
    }
    return rows;
  }
  const json = (text: string | Uint8Array, options?: JsonLinesOptions) => rowsOf(jsonLines, text, options);
  const text = (content: string | Uint8Array, options?: TextLinesOptions) => rowsOf(textLines, content, options);

  describe('textLines', () => {
    it('reads each line as a row, with every line end, gzip and a byte order mark', async () => {
      const rows = [{ text: 'a' }, { text: '' }, { text: 'ä€😀' }];
      expect(await text('a\n\nä€😀\n')).to.deep.equal(rows);
      expect(await text('\ufeffa\r\n\r\nä€😀')).to.deep.equal(rows);
      expect(await text(gzipSync('a\n\nä€😀\n'))).to.deep.equal(rows);
      expect(await text('')).to.deep.equal([]);
      expect(await text('a', { name: 'line' })).to.deep.equal([{ line: 'a' }]);
    });

    it('names the line and column of bytes that are not UTF-8', async () => {
      await writeFile(file(), Buffer.concat([Buffer.from('ok\nä\ufffd'), Buffer.from([0xff, 10])]));
      const error = await failureOf(() => textLines(file()).open());
      expect(error.message).to.equal(`${file()}:2:3: the text is not UTF-8.`);
      expect(await collect(textLines(file(), { onBadRow: () => undefined }))).to.deep.equal([{ text: 'ok' }]);
    });

    it('finds the same lines at every block size', async () => {
      const lines = Array.from({ length: 60 }, (_, line) => 'é'.repeat(line % 13));
      for (const end of ['\n', '\r\n']) {
        await writeFile(file(), `\ufeff${lines.join(end)}`);
        for (let blockBytes = 3; blockBytes < 40; blockBytes++) {
          const found: string[] = [];
          const reader = await LineReader.open(file(), { blockBytes });
          for await (const { bytes, number } of reader.lines()) {
            found.push(bytes.toString());
            expect(number).to.equal(found.length);
          }
          expect(found).to.deep.equal(lines.slice(0, lines.at(-1) === '' ? -1 : undefined));
        }
      }
    });

    it('refuses a line of 40 MB', async () => {
      await writeFile(file(), Buffer.alloc(40_000_000, 'x'));
      expect((await failureOf(() => textLines(file()).open())).message).to.equal(
        `${file()}:1: the line has more than 16 MiB.`,
      );
    });
  });

  describe('jsonLines', () => {
    it('reads an object of each line, and skips empty lines', async () => {
      expect(await json('{"a":1,"b":"x"}\n\n {"a":null,"c":true} \n')).to.deep.equal([
        { a: 1, b: 'x' },
        { a: null, c: true },
      ]);
      expect(await json(gzipSync('{"a":1,"b":[1]}'), { columns: ['a'] })).to.deep.equal([{ a: 1 }]);
    });

    it('keeps nested values that fields names', async () => {
      const rows = await json('{"ids":[1,2],"more":{"a":[1]}}\n{"ids":null}\n', {
        fields: { ids: 'numbers', more: 'json' },
      });
      expect(rows).to.deep.equal([{ ids: Float64Array.of(1, 2), more: '{"a":[1]}' }, { ids: null }]);
    });

    it('names the line and column of what it cannot read', async () => {
      for (const [content, message] of [
        ['{"a":1}\n{"a":1,}\n', /^:2:8: not JSON: /],
        ['[1]\n', /^:1:1: the line is not an object\.$/],
        ['{"a":1,"b":[1]}\n', /^:1:8: "b" is a list; name it in fields to keep it, as 'numbers' or 'json'\.$/],
        ['{"a":1}\n{"b":0,"a":"1"}', /^:2:8: "a" is a string, but a number in line 1\.$/],
        ['{"__proto__":1}', /^:1:2: a key is called "__proto__"\.$/],
      ] as const) {
        await writeFile(file(), content);
        for (const stream of [false, true]) {
          const error = await failureOf(() => collect(jsonLines(file(), { stream })));
          expect(error.message.replace(file(), '')).to.match(message);
        }
      }
      await writeFile(file(), '{"ids":["x"]}');
      const error = await failureOf(() => jsonLines(file(), { fields: { ids: 'numbers' } }).open());
      expect(error.message).to.equal(`${file()}:1:2: "ids" is not a list of numbers.`);
    });

    it('skips bad lines, and counts them', async () => {
      const bad: BadRow[] = [];
      await writeFile(file(), '{"a":1}\n{\n{"a":"x"}\n{"a":2}\n');
      const rows = await collect(jsonLines(file(), { onBadRow: (row) => bad.push(row) }));
      expect(rows).to.deep.equal([{ a: 1 }, { a: 2 }]);
      expect(bad.map(({ line, text: of }) => [line, of])).to.deep.equal([
        [2, '{'],
        [3, '{"a":"x"}'],
      ]);
    });

    it('gives copies, so that a change of a row has no effect on the next epoch', async () => {
      await writeFile(file(), '{"a":1}\n');
      const rows = jsonLines(file());
      const [first] = await collect(rows);
      (first as { a: number }).a = 2;
      expect(await collect(rows, 1)).to.deep.equal([{ a: 1 }]);
    });

    it('refuses wrong options where it is called', async () => {
      for (const options of [
        { fields: { a: 'list' } },
        { columns: 'a' },
        { nested: {} },
        { stream: 1 },
        { onBadRow: 1 },
      ]) {
        expect((await failureOf(() => jsonLines('a', options as never))).code).to.equal('OPTION_UNKNOWN');
      }
    });
  });
});
