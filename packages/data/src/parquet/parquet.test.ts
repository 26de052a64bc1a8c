import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isForgeError, type Row } from '@forge-ml/core';
import { expect } from 'chai';
import { all, failure } from '../files/collect.test.support.js';
import { parquet } from './parquet.js';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const tables = join(fixtures, 'tables');
/** Columns by the names of the files, as pyarrow reads them. */
const references: Record<string, Record<string, unknown[]>> = JSON.parse(
  readFileSync(join(fixtures, 'tables.json'), 'utf8'),
);

/** Bytes as the references have them. */
function plain(row: Row): Record<string, unknown> {
  const entries = Object.entries(row).map(([name, cell]) => [
    name,
    cell instanceof Uint8Array ? { bytes: Buffer.from(cell).toString('hex') } : cell,
  ]);
  return Object.fromEntries(entries);
}

function rowsOf(columns: Record<string, unknown[]>): Record<string, unknown>[] {
  const [first] = Object.values(columns);
  return first!.map((_, index) =>
    Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[index]])),
  );
}

const refusals: Record<string, string> = {
  'bad-checksum.parquet': 'is damaged: a page does not match its checksum',
  'bad-csv.parquet': 'is no Parquet file',
  'bad-empty.parquet': 'is empty',
  'bad-encrypted.parquet': 'is encrypted',
  'bad-footer-length.parquet': 'its footer is longer than it',
  'bad-lz4.parquet': 'is compressed with LZ4_RAW; Forge reads SNAPPY, GZIP, BROTLI and ZSTD',
  'bad-truncated.parquet': 'is truncated',
};

describe('parquet', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'forge-parquet-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  for (const [name, columns] of Object.entries(references)) {
    it(`reads ${name} as pyarrow does, in memory and as a stream`, async () => {
      const wanted = rowsOf(columns);
      expect((await all(parquet(join(tables, name)))).map(plain)).to.deep.equal(wanted);
      expect((await all(parquet(join(tables, name), { stream: true }))).map(plain)).to.deep.equal(wanted);
    });
  }

  for (const name of readdirSync(tables).filter((file) => file.startsWith('bad-'))) {
    it(`refuses ${name}`, async () => {
      const error = await failure(() => all(parquet(join(tables, name))));
      expect(error.code).to.equal('DATA_INVALID');
      expect(error.message).to.contain(`${name} ${refusals[name]}`.replace(/(parquet) its/, '$1 is damaged: its'));
    });
  }

  it('resumes from every position, in memory and as a stream', async () => {
    const path = join(tables, 'everything.parquet');
    for (const dataset of [parquet(path).shuffle(4), parquet(path, { stream: true })]) {
      const rows = await all(dataset, 1);
      expect(rows).to.have.length(50);
      for (let skip = 0; skip <= 50; skip += 3) expect(await all(dataset, 1, skip)).to.deep.equal(rows.slice(skip));
    }
  });

  it('reads some columns, in their order, and refuses others by name', async () => {
    const path = join(tables, 'nested.parquet');
    const [row] = await all(parquet(path, { columns: ['y', 'x'] }));
    expect(Object.entries(row!)).to.deep.equal([
      ['y', 'a'],
      ['x', 1],
    ]);
    const error = await failure(() => parquet(path).open());
    expect(error.message).to.equal(`The column "list" of ${path} is nested, which Forge cannot read.`);
    expect(error.hint).to.contain("{ columns: ['…'] }");
    expect(await failure(() => parquet(path, { columns: ['z'] }).open())).to.include({
      message: `${path} has no column "z".`,
      hint: 'It has x, list, struct, y.',
    });
  });

  it('reads a file without rows', async () => {
    expect(await all(parquet(join(tables, 'no-rows.parquet')))).to.deep.equal([]);
    expect(await all(parquet(join(tables, 'no-rows.parquet'), { stream: true }))).to.deep.equal([]);
  });

  it('reports a file that changed after it was opened, and a missing one', async () => {
    const path = join(folder, 'x.parquet');
    cpSync(join(tables, 'snappy.parquet'), path);
    const dataset = parquet(path, { stream: true });
    await all(dataset);
    appendFileSync(path, 'x');
    expect((await failure(() => all(dataset, 1))).message).to.equal(`${path} changed while it was in use.`);
    expect(await failure(() => parquet(join(folder, 'y.parquet')).open())).to.include({ code: 'FILE_SYSTEM' });
    expect(await failure(() => parquet(folder).open())).to.include({ code: 'FILE_SYSTEM' });
  });

  it('refuses wrong options where it is called', async () => {
    for (const options of [{ columns: [] }, { columns: 'x' }, { columns: ['x', 'x'] }, { stream: 1 }, { rows: 3 }]) {
      expect(await failure(() => parquet('x.parquet', options as never)))
        .to.have.property('hint')
        .that.is.a('string');
    }
  });

  it('reads or refuses files with damaged bytes and cuts, with bounded memory', async () => {
    const path = join(folder, 'damaged.parquet');
    let refused = 0;
    for (const name of ['none.parquet', 'snappy.parquet', 'delta-byte-array-2.parquet', 'rle-1.parquet']) {
      const file = readFileSync(join(tables, name));
      for (let at = 4; at < file.length; at += 3) {
        const damaged = Buffer.from(file);
        damaged[at]! ^= [1, 0x80, 0xff, 0x40][at % 4]!;
        writeFileSync(path, at % 10 === 9 ? file.subarray(0, at) : damaged);
        try {
          await all(parquet(path));
        } catch (error) {
          expect(isForgeError(error), `${name}: byte ${at}: ${String(error)}`).to.equal(true);
          refused++;
        }
        rmSync(path);
      }
    }
    expect(refused).to.be.above(300);
    expect(process.memoryUsage().rss).to.be.below(1_500_000_000);
  }).timeout(60_000);
});
