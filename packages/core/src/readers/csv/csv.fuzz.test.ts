import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { collect } from '../../data/collect.test.support.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import type { BadRow } from '../bad-rows.js';
import { type CsvOptions, readCsvOptions } from './csv-options.js';
import { readCsvTable } from './csv-reader.js';
import { inferredCells, referenceCsv } from './csv-reference.test.support.js';
import { openCsvStream } from './csv-stream.js';
import { defaultMissing } from './missing-values.js';

const cell = fc.oneof(
  fc.constantFrom('', 'NA', ' ', 'true', 'False', '0', '-0', '007', '1e3', '.5', '5.', '-', '1e', '+2', 'ä€😀', 'x'),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer().map(String),
  fc.bigInt({ min: 0n, max: 10n ** 18n }).map(String),
  fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', '1', 'é') }),
);

/** A table as text, with random quotes and line ends. */
const table = fc.integer({ min: 1, max: 4 }).chain((width) =>
  fc.record({
    width: fc.constant(width),
    rows: fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 12 }),
    quotes: fc.infiniteStream(fc.boolean()),
    ends: fc.infiniteStream(fc.constantFrom('\n', '\r\n', '\n\n')),
    last: fc.boolean(),
  }),
);

const blockSizes = [16, 17, 23, 64, 1000, undefined];

describe('csv on random files', () => {
  const folder = useTemporaryFolder();
  const names = (width: number) => Array.from({ length: width }, (_, column) => `c${column}`);

  /** Reads a file without a header in both ways; the rows as lists. */
  async function read(text: string, width: number, blockBytes: number | undefined, given: CsvOptions) {
    const file = join(folder(), 'data.csv');
    await writeFile(file, text);
    const bad: BadRow[][] = [[], []];
    const options = (at: number) => ({ ...given, header: names(width), onBadRow: (row: BadRow) => bad[at]!.push(row) });
    const settings = readCsvOptions(options(0), file);
    const read = await readCsvTable(file, settings, () => undefined, blockBytes);
    const rows = Array.from({ length: read.length }, (_, row) => Object.values(read.row(row)));
    const streamed = readCsvOptions({ ...options(1), stream: true }, file);
    const stream = await openCsvStream(file, streamed, () => undefined, blockBytes);
    const inOrder = await collect(stream);
    expect(inOrder.map((row) => Object.values(row))).to.deep.equal(rows);
    expect(bad[1]).to.deep.equal(bad[0]);
    const skip = Math.floor(rows.length / 2);
    expect(await collect(stream, 3, skip)).to.deep.equal(inOrder.slice(skip));
    return { rows, bad: bad[0]!.map(({ line, column }) => ({ line, column })) };
  }

  it('reads what a program wrote, at every block size', async () => {
    const property = fc.asyncProperty(table, fc.constantFrom(...blockSizes), async (made, blockBytes) => {
      const written = made.rows.map((row) =>
        row.map((text) => {
          const needed = /[",\n\r]/.test(text) || (row.length === 1 && text === '');
          const isQuoted = needed || made.quotes.next().value === true;
          return isQuoted ? `"${text.replaceAll('"', '""')}"` : text;
        }),
      );
      const lines = written.map(
        (row, at) => row.join(',') + (at < written.length - 1 || made.last ? made.ends.next().value : ''),
      );
      const { rows, bad } = await read(lines.join(''), made.width, blockBytes, {});
      expect(bad).to.deep.equal([]);
      expect(rows).to.deep.equal(inferredCells(made.rows, made.width, defaultMissing));
    });
    await fc.assert(property, { numRuns: 100 });
  });

  it('finds the good and the bad rows that a slow reader finds, at every block size', async () => {
    const text = fc.string({
      unit: fc.constantFrom('"', '"', ',', ',', '\n', '\n', '\r', 'a', '1', '.', '-', 'e', ' ', 'é'),
      maxLength: 60,
    });
    const property = fc.asyncProperty(
      text,
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom(...blockSizes),
      async (made, width, blockBytes) => {
        const found = await read(made, width, blockBytes, {});
        const expected = referenceCsv(made, width, ',');
        expect(found.bad).to.deep.equal(expected.bad);
        expect(found.rows).to.deep.equal(inferredCells(expected.rows, width, defaultMissing));
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });

  it('reads every double as Number does', async () => {
    const property = fc.asyncProperty(fc.array(fc.double({ noNaN: true }), { minLength: 1 }), async (numbers) => {
      const spell = (value: number, at: number) =>
        [String(value), value.toExponential(), value.toPrecision(17)][at % 3]!;
      const { rows } = await read(`${numbers.map(spell).join('\n')}\n`, 1, undefined, { types: { c0: 'number' } });
      expect(rows.flat()).to.deep.equal(numbers.map((value, at) => Number(spell(value, at))));
    });
    await fc.assert(property, { numRuns: 100 });
  });
});
