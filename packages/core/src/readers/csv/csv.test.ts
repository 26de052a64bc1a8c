import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { collect } from '../../data/collect.test.support.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import type { BadRow } from '../bad-rows.js';
import { csv } from './csv.js';
import type { CsvOptions } from './csv-options.js';

describe('csv', () => {
  const folder = useTemporaryFolder();
  /** The rows of a file with this text, read as a table and as a stream. */
  const rowsOf = async (text: string | Uint8Array, options: CsvOptions = {}, name = 'data.csv') => {
    const file = join(folder(), name);
    await writeFile(file, text);
    const table = await collect(csv(file, options));
    expect(await collect(csv(file, { ...options, stream: true }))).to.deep.equal(table);
    return table;
  };
  const failure = async (text: string | Uint8Array, options: CsvOptions = {}) => {
    const file = join(folder(), 'data.csv');
    await writeFile(file, text);
    const errors = [];
    for (const stream of [false, true]) {
      const error = await failureOf(() => collect(csv(file, { ...options, stream })));
      expect(error.code).to.equal('DATA_INVALID');
      errors.push({ message: error.message.replace(file, 'data.csv'), hint: error.hint });
    }
    expect(errors[1]).to.deep.equal(errors[0]);
    return errors[0]!;
  };

  it('infers numbers, booleans and texts, and has null for missing values', async () => {
    const text = 'name,age,ok,zip,none\nAda,36,true,01234,\nBob,-1.5e3,FALSE,99999,NA\n,NA, nan ,1,\n';
    expect(await rowsOf(text)).to.deep.equal([
      { name: 'Ada', age: 36, ok: true, zip: '01234', none: null },
      { name: 'Bob', age: -1500, ok: false, zip: '99999', none: null },
      { name: null, age: null, ok: null, zip: '1', none: null },
    ]);
  });

  it('keeps numbers whose digits matter as text, unless their type is given', async () => {
    const text = 'id,exact,sign\n12345678901234567,9007199254740991,+5\n1,-3,inf\n';
    expect(await rowsOf(text)).to.deep.equal([
      { id: '12345678901234567', exact: 9007199254740991, sign: 5 },
      { id: '1', exact: -3, sign: Number.POSITIVE_INFINITY },
    ]);
    const types = { id: 'number', zip: 'number', yes: 'boolean', n: 'string' } as const;
    expect(await rowsOf('id,zip,yes,n\n12345678901234567,007,yes,1.50\n,,0,\n', { types })).to.deep.equal([
      { id: 12345678901234568, zip: 7, yes: true, n: '1.50' },
      { id: null, zip: null, yes: false, n: null },
    ]);
  });

  it('reads a column again as text where a late cell is no number', async () => {
    const file = join(folder(), 'late.csv');
    const rows = Array.from({ length: 3000 }, (_, row) => `${row}.50,${row % 2 === 0},${row}`);
    await writeFile(file, `a,b,c\n${rows.join('\n')}\nx,y,z`);
    const read = await collect(csv(file));
    expect(read[1]).to.deep.equal({ a: '1.50', b: 'false', c: '1' });
    expect(read.at(-1)).to.deep.equal({ a: 'x', b: 'y', c: 'z' });
    expect(read).to.have.length(3001);
  });

  it('refuses a cell of another type after the rows that a stream infers types from', async () => {
    const file = join(folder(), 'late.csv');
    await writeFile(file, 'a\n1\n2\nx\n');
    const error = await failureOf(() => collect(csv(file, { stream: true, inferRows: 2 })));
    expect(error.message).to.equal(`${file}:4:1: "x" in column "a" is not a number, as in the rows before.`);
    expect(error.hint).to.match(/^Give the column's type: types: \{ "a": 'string' \}; or raise inferRows/);
  });

  it('reads quotes, line ends inside them, and every kind of line end', async () => {
    const expected = [
      { a: 'x,y', b: 'say "hi"' },
      { a: 'two\nlines', b: '' },
    ];
    for (const end of ['\n', '\r\n', '\r']) {
      const text = `\ufeffa,b${end}"x,y","say ""hi"""${end}${end}"two\nlines",${end}`;
      expect(await rowsOf(text, { missing: [] }), JSON.stringify(end)).to.deep.equal(expected);
      expect(await rowsOf(text.slice(0, -end.length), { missing: [] }), JSON.stringify(end)).to.deep.equal(expected);
    }
  });

  it('reads tabs, other delimiters, comments, files without a header, some columns, and gzip', async () => {
    expect(await rowsOf('a\tb\n1,5\tx\n', {}, 'data.tsv')).to.deep.equal([{ a: '1,5', b: 'x' }]);
    expect(await rowsOf('#c\na;b\n# c\n1;2\n', { delimiter: ';', comments: '#' })).to.deep.equal([{ a: 1, b: 2 }]);
    expect(await rowsOf('1,2\n3,4', { header: false })).to.deep.equal([
      { column1: 1, column2: 2 },
      { column1: 3, column2: 4 },
    ]);
    expect(await rowsOf('1,2\n', { header: ['x', 'y'], columns: ['y'] })).to.deep.equal([{ y: 2 }]);
    expect(await rowsOf(',b\n1,2\n')).to.deep.equal([{ column1: 1, b: 2 }]);
    expect(await rowsOf(gzipSync('a,b\n1,ä\n'), {}, 'data.csv.gz')).to.deep.equal([{ a: 1, b: 'ä' }]);
  });

  it('reads a file with only a header; refuses an empty one', async () => {
    expect(await rowsOf('a,b\n')).to.deep.equal([]);
    expect(await rowsOf('a,b')).to.deep.equal([]);
    expect(await rowsOf('', { header: ['a'] })).to.deep.equal([]);
    for (const text of ['', '\ufeff', '\n\n']) {
      expect((await failure(text)).message).to.equal('data.csv is empty: it has no row with the names of the columns.');
    }
  });

  it('names the line and column of what it cannot read, and the next step', async () => {
    const next = "Correct the row, or skip rows that cannot be read: onBadRow: 'skip'.";
    for (const [text, message, hint] of [
      ['a,b\n1,2\n3\n', '3:2: the row has 1 cell, but there are 2 columns', next],
      ['a,b\n1,2,3\n', '2:5: the row has 3 cells, but there are 2 columns', next],
      ['a\n"x\ny"z\n', '3:3: text after the closing quote of a cell', next],
      ['a,b\nä,5" disk\n', '2:4: a quote inside a cell that does not begin with one', next],
      ['a,b\n1,2\n3,"x\n4,5\n', '3:3: a quote that is never closed', next],
      [Buffer.from('612c620a312c78ff0a', 'hex'), '2:3: column "b" is not UTF-8 text', 'Save the file as UTF-8.'],
    ] as const) {
      expect(await failure(text)).to.deep.equal({ message: `data.csv:${message}.`, hint });
    }
    const typed = await failure('n,ok\n1,true\n\n "2x" ,no\n', { types: { n: 'number', ok: 'boolean' } });
    expect(typed.message).to.equal('data.csv:4:2: a quote inside a cell that does not begin with one.');
    expect((await failure('n\nx\n', { types: { n: 'number' } })).message).to.equal(
      'data.csv:2:1: "x" in column "n" is not a number.',
    );
    expect((await failure('n\n2\n', { types: { n: 'boolean' } })).message).to.equal(
      'data.csv:2:1: "2" in column "n" is not true or false.',
    );
  });

  it('skips bad rows and counts them, or passes them to a function; good rows do not depend on it', async () => {
    const text = 'a,b\n1,2\n1\n3,4,5\n"x"y,2\n"open,3\n9,1\n';
    const good = [
      { a: 1, b: 2 },
      { a: 9, b: 1 },
    ];
    const bad: BadRow[] = [];
    expect(await rowsOf(text, { onBadRow: (row) => bad.push(row) })).to.deep.equal(good);
    const file = join(folder(), 'data.csv');
    const four = bad.slice(0, 4);
    expect(bad).to.deep.equal([...four, ...four]);
    expect(four.map(({ line, column, text: of }) => [line, column, of])).to.deep.equal([
      [3, 2, '1'],
      [4, 5, '3,4,5'],
      [5, 4, '"x"y,2'],
      [6, 1, '"open,3'],
    ]);
    expect(four[0]).to.deep.include({ file, reason: 'the row has 1 cell, but there are 2 columns' });
    expect(await rowsOf(text, { onBadRow: 'skip' })).to.deep.equal(good);
  });

  it('refuses names that are not there, given twice, or unsafe', async () => {
    const columns = await failure('age,plan\n1,2\n', { columns: ['plan', 'agee'] });
    expect(columns).to.deep.equal({
      message: 'data.csv has no column "agee".',
      hint: 'Did you mean "age"?',
    });
    expect((await failure('a,b\n', { types: { plan: 'number' } })).hint).to.equal('Its columns are a, b.');
    expect((await failure('a,b,a\n')).message).to.equal('data.csv: two columns are called "a".');
    expect((await failure('a,__proto__\n')).message).to.equal('data.csv: a column is called "__proto__".');
  });

  it('refuses other formats by name', async () => {
    expect((await failure(Buffer.from('\ufeffa,b\n', 'utf16le'))).message).to.match(/is UTF-16 text, not CSV/);
    expect((await failure('PK\x03\x04...')).message).to.match(/is a zip file, such as an Excel workbook/);
    expect((await failure(gzipSync('a,b\n1,2\n'.repeat(99)).subarray(0, 30))).message).to.match(
      /cannot be decompressed: unexpected end of file/,
    );
  });

  it('refuses wrong options where it is called', async () => {
    for (const [options, message] of [
      [{ sep: ';' }, 'csv(file, options) has no option "sep".'],
      [{ delimiter: ';;' }, 'delimiter of csv(file, options) must be one ASCII character.'],
      [{ delimiter: '"' }, 'delimiter of csv(file, options) must be one ASCII character.'],
      [{ header: 3 }, 'header of csv(file, options) must be true, false or a list of names.'],
      [{ types: { a: 'int' } }, 'types of csv(file, options) must be number, string or boolean for column "a".'],
      [{ onBadRow: 'warn' }, 'onBadRow of csv(file, options) is warn.'],
      [{ inferRows: 9 }, 'inferRows of csv(file, options) must be for { stream: true }: otherwise all rows are used.'],
    ] as const) {
      const error = await failureOf(() => csv('data.csv', options as never));
      expect([error.code, error.message]).to.deep.equal(['OPTION_UNKNOWN', message]);
    }
    expect((await failureOf(() => csv(3 as never))).message).to.equal('csv reads a path or a URL, not a number.');
  });

  it('refuses a file that changed between two epochs of a stream', async () => {
    const file = join(folder(), 'data.csv');
    await writeFile(file, 'a\n1\n2\n');
    const rows = csv(file, { stream: true });
    expect(await collect(rows)).to.have.length(2);
    await appendFile(file, '3\n');
    const error = await failureOf(() => collect(rows, 1));
    expect([error.code, error.message]).to.deep.equal(['DATA_INVALID', `${file} changed while it was in use.`]);
  });

  it('refuses a file that changes while it is read', async () => {
    const file = join(folder(), 'data.csv');
    await writeFile(file, `a\n${'1234567\n'.repeat(500_000)}`);
    const reader = csv(file, { stream: true }).read({ epoch: 0, skip: 0 });
    expect(await reader.next()).to.deep.equal({ done: false, value: { a: 1234567 } });
    await appendFile(file, '8\n');
    const error = await failureOf(async () => {
      while (!(await reader.next()).done);
    });
    expect([error.code, error.message]).to.deep.equal(['DATA_INVALID', `${file} changed while it was in use.`]);
  });

  it('names a missing file when it is opened', async () => {
    const error = await failureOf(() => csv(join(folder(), 'none.csv')).open());
    expect(error.code).to.equal('FILE_SYSTEM');
  });
});
