import { mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { elements } from '../../tensor/tensor-data.js';
import { collect, failure, numbered, xs } from '../collect.test.support.js';
import { fromGenerator } from '../pipeline/generator.js';
import { Pipeline } from '../pipeline/pipeline.js';
import { cacheOnDisk } from './cache.js';

/** A stream of rows of about 3 kB, and how many were read. */
function counted(length = 1000, known = true) {
  const seen = { read: 0 };
  const source = fromGenerator(
    function* ({ epoch }) {
      for (let x = 0; x < length; x++) {
        seen.read++;
        yield { x: new Float64Array(400).fill(x), name: `row ${x}`, epoch };
      }
    },
    known ? { length } : {},
  );
  return { seen, source };
}

describe('cache', () => {
  it('reads its source once, and has random access and the same elements in each epoch', async () => {
    const { seen, source } = counted(1000, false);
    const cached = source.cache();
    const shuffled = cached.shuffle(1, { buffer: 1 });
    await Promise.all([cached.open(), shuffled.open()]);
    expect([seen.read, cached.length, shuffled.length]).to.deep.equal([1000, 1000, 1000]);
    const read = await collect(shuffled, 3);
    expect(new Set(read.map(({ name }) => name)).size).to.equal(1000);
    expect(read.every(({ x, name, epoch }) => name === `row ${x[7]}` && epoch === 0)).to.equal(true);
    expect(Math.max(...read.slice(0, 20).map(({ x }) => x[0]!))).to.be.above(500);
    expect(await collect(cached, 0, 998)).to.deep.equal(await collect(source, 0, 998));
    expect(seen.read).to.equal(2000);
  });

  it('gives copies: what a consumer changes is not kept', async () => {
    const cached = numbered(2).cache();
    const [first] = await collect(cached);
    elements(first!.x).fill(9 as never);
    expect(xs(await collect(cached)).flat()).to.deep.equal([0, 1]);
  });

  it('refuses to keep the order or the random numbers of one epoch, and what never ends', async () => {
    const random = numbered(3).map(({ x }, { random }) => ({ x, noise: random.float() }));
    for (const source of [numbered(3).shuffle(1), random, numbered(3).map(({ x }, { epoch }) => ({ x, epoch }))]) {
      const error = await failure(() => (source as Pipeline<unknown>).cache().open());
      expect(error.message).to.equal('cache would keep the order and the random numbers of the first epoch.');
    }
    expect((await failure(() => numbered(1).repeat().cache().open())).message).to.contain('never ends');
    expect(
      (
        await failure(() =>
          collect(
            numbered(1)
              .map(() => new Date())
              .cache(),
          ),
        )
      ).message,
    ).to.contain('cannot be cached');
  });

  describe('in a file', () => {
    let folder: string;
    let file: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'forge-cache-'));
      file = join(folder, 'a', 'rows.cache');
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    /** Opens the cache; what was read of the source, and the warnings. */
    const open = async (change: { key?: string; length?: number; memoryBytes?: number; known?: boolean } = {}) => {
      const { seen, source } = counted(change.length ?? 1000, change.known);
      const warnings: string[] = [];
      const warn = (message: string) => void warnings.push(message);
      const request = { path: file, key: change.key ?? 'v1', warn };
      const cached = Pipeline.from(
        await cacheOnDisk(
          source,
          change.memoryBytes === undefined ? request : { ...request, memoryBytes: change.memoryBytes },
        ),
      );
      return { cached, read: seen.read, warnings };
    };

    it('is written once, atomically, and read by later processes, with random access', async () => {
      const { source } = counted();
      const written = await open();
      expect([written.read, written.warnings]).to.deep.equal([1000, []]);
      expect(await readdir(join(folder, 'a'))).to.deep.equal(['rows.cache']);
      for (const memoryBytes of [undefined, 0]) {
        const { cached, read, warnings } = await open(memoryBytes === undefined ? {} : { memoryBytes });
        expect([read, warnings, cached.length]).to.deep.equal([0, [], 1000]);
        expect(await collect(cached)).to.deep.equal(await collect(source));
        const shuffled = await collect(cached.shuffle(2).prefetch(8), 1);
        expect(new Set(shuffled.map(({ name }) => name)).size).to.equal(1000);
      }
    });

    it('is an option of the operator, by path or URL, and belongs to its key', async () => {
      const { seen, source } = counted(5);
      for (const place of [file, pathToFileURL(file)]) {
        expect(await collect(source.cache({ file: place, key: 'k' }), 0, 3)).to.have.length(2);
      }
      expect(seen.read).to.equal(5);
    });

    it('is written again, with one line that says why, if anything differs', async () => {
      await open();
      const again = async (change: Parameters<typeof open>[0], why: string) => {
        const { cached, read, warnings } = await open(change);
        expect(warnings).to.deep.equal([`Writing the cache ${file} again: ${why}.`]);
        expect([read, cached.length]).to.deep.equal([change?.length ?? 1000, change?.length ?? 1000]);
        expect((await open(change)).warnings).to.deep.equal([]);
      };
      await again({ key: 'v2' }, 'its key is "v1", not "v2"');
      await again({ key: 'v2', length: 999 }, 'its source had 1000 elements, and now has 999');
      await again(
        { length: 999, key: 'v2', known: false },
        'its source had 999 elements, and now has an unknown number of',
      );
      const bytes = await readFile(file);
      const write = (change: (bytes: Buffer) => void) => {
        const copy = Buffer.from(bytes);
        change(copy);
        return writeFile(file, copy);
      };
      const last = { length: 999, key: 'v2', known: false };
      await write((copy) => copy.writeUInt32LE(7, 8));
      await again(last, 'it has version 7, not 1');
      await write((copy) => copy.writeUInt8(copy[20]! ^ 1, 20));
      await again(last, 'it does not match its checksum');
      await write((copy) => copy.writeUInt8(copy[1_500_000]! ^ 1, 1_500_000));
      await again(last, 'block 1 does not match its checksum');
      await truncate(file, bytes.length - 100_000);
      await again(last, 'it is cut off');
      await truncate(file, 30);
      await again(last, 'it is cut off');
    });

    it('never believes a flipped bit, anywhere in the file', async () => {
      await open({ length: 3 });
      const bytes = await readFile(file);
      for (let at = 8; at < bytes.length; at += 211) {
        const copy = Buffer.from(bytes);
        copy[at]! ^= 1 << (at % 8);
        await writeFile(file, copy);
        const { read, warnings } = await open({ length: 3 });
        expect([read, warnings.length], `byte ${at}`).to.deep.equal([3, 1]);
        expect(await readFile(file), `byte ${at}`).to.deep.equal(bytes);
      }
    });

    it('does not replace a file that is no cache', async () => {
      const own = join(folder, 'rows.csv');
      await writeFile(own, 'x,y\n1,2\n');
      const error = await failure(() => numbered(2).cache({ file: own, key: 'v1' }).open());
      expect(error.message).to.equal(`${own} is not a cache file of Forge, and was not replaced.`);
      expect(await readFile(own, 'utf8')).to.equal('x,y\n1,2\n');
    });

    it('keeps the old file, and no other, if the source fails', async () => {
      await open();
      const before = await readFile(file);
      const failing = fromGenerator<object>(function* () {
        yield { x: 1 };
        throw new Error('torn');
      });
      const error = await failure(() => cacheOnDisk(failing, { path: file, key: 'v2', warn: () => undefined }));
      expect(error.message).to.contain('torn');
      expect(await readdir(join(folder, 'a'))).to.deep.equal(['rows.cache']);
      expect((await readFile(file)).equals(before)).to.equal(true);
    });

    it('removes what a killed writer left, but not what another process writes', async () => {
      await open();
      const [dead, alive] = [
        `.rows.cache.writing-${2 ** 22 + 1}-aaaaaaaa`,
        `.rows.cache.writing-${process.pid}-bbbbbbbb`,
      ];
      const [recent, other] = [`.rows.cache.writing-${2 ** 22 + 1}-cccccccc`, '.other.cache.writing-1-dddddddd'];
      for (const name of [dead, alive, recent, other]) await writeFile(join(folder, 'a', name), '');
      for (const name of [dead, alive]) await utimes(join(folder, 'a', name), 1, 1);
      await open();
      expect((await readdir(join(folder, 'a'))).sort()).to.deep.equal([other, alive, recent, 'rows.cache'].sort());
    });

    it('notices that the file changes while it is in use', async () => {
      await open();
      const { cached } = await open({ memoryBytes: 0 });
      await collect(cached, 0, 990);
      await open({ key: 'v2' });
      const error = await failure(() => collect(cached, 0, 990));
      expect(error.message).to.equal(`The cache ${file} changed while it was in use.`);
    });

    it('refuses options that are missing or wrong', async () => {
      const refused = async (options: unknown) => (await failure(() => numbered(1).cache(options as never))).message;
      expect(await refused({ key: 'x' })).to.equal('cache on disk needs a file.');
      expect(await refused({ file })).to.equal('cache on disk needs a key.');
      expect(await refused({ file, key: '' })).to.equal('cache on disk needs a key.');
      expect(await refused({ filename: file, key: 'x' })).to.contain('no option "filename"');
    });
  });
});
