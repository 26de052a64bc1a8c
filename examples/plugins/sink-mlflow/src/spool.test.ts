import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Entry } from './entry.js';
import { Spool } from './spool.js';

const at = (step: number): Entry => ({ kind: 'metrics', step, time: 5, values: { 'train/größe': step / 3 } });

describe('Spool', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'forge-spool-'));
    path = join(folder, 'spool.jsonl');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('reads written entries from any position', () => {
    const spool = Spool.open(path);
    for (let step = 0; step < 3; step++) spool.add(at(step));
    expect(spool.read(0)).to.deep.equal([]);
    spool.write();
    const all = spool.read(0);
    expect(all.map(({ entry }) => entry)).to.deep.equal([at(0), at(1), at(2)]);
    expect(spool.read(all[0]!.end)).to.deep.equal(all.slice(1));
    expect(all[2]!.end).to.equal(spool.length);
    expect(spool.read(spool.length)).to.deep.equal([]);
    spool.close();
  });

  it('keeps NaN and the infinities', () => {
    const spool = Spool.open(path);
    const entry: Entry = { kind: 'metrics', step: 1, time: 5, values: { a: Number.NaN, b: Infinity, c: -Infinity } };
    spool.add(entry);
    spool.write();
    expect(spool.read(0)[0]!.entry).to.deep.equal(entry);
    spool.close();
  });

  it('reads a long file in blocks, and a line longer than a block', async () => {
    const spool = Spool.open(path);
    const long: Entry = { kind: 'params', params: { text: 'x'.repeat(600_000) } };
    for (let step = 0; step < 9000; step++) spool.add(at(step));
    spool.add(long);
    spool.write();
    expect(spool.read(0).length).to.be.lessThan(9000);
    const found: Entry[] = [];
    for await (const entry of spool.entries()) found.push(entry);
    expect(found.slice(0, 9000).map((entry) => entry.kind === 'metrics' && entry.step)).to.deep.equal(
      Array.from({ length: 9000 }, (_, step) => step),
    );
    expect(found[9000]).to.deep.equal(long);
    spool.close();
  });

  it('truncates an incomplete line after a crash, and appends to the complete ones', () => {
    const before = Spool.open(path);
    before.add(at(1));
    before.write();
    before.close();
    appendFileSync(path, '{"kind":"metrics","st');
    const spool = Spool.open(path);
    spool.add(at(2));
    spool.write();
    expect(spool.read(0).map(({ entry }) => entry)).to.deep.equal([at(1), at(2)]);
    spool.close();
    expect(readFileSync(path, 'utf8').split('\n')).to.have.length(3);
  });
});
