import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { isForgeError } from '../../errors/forge-error.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { listRunSummaries } from './list-runs.js';
import { indexPath } from './run-index.js';

const count = 600;

describe('listRunSummaries', () => {
  const folder = useTemporaryFolder();
  const cache = useTemporaryFolder();
  const index = () => indexPath(folder())!;
  let before: string | undefined;
  beforeEach(() => {
    before = process.env.XDG_CACHE_HOME;
    process.env.XDG_CACHE_HOME = cache();
  });
  afterEach(() => {
    if (before === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = before;
  });

  const file = (number: number) => join(folder(), 'digits', String(number), 'run.json');

  /** Writes a run.json as Forge does, put back in time so that it counts as settled; its times of change cannot be. */
  function writeRun(number: number, step: number, status = 'completed'): void {
    const time = '2026-01-01T00:00:00.000Z';
    const engine = { backend: 'toy', engine: 'cpu', device: 'cpu', versions: {}, settings: {}, warnings: [] };
    const run = {
      ...{
        formatVersion: 1,
        experiment: 'digits',
        number,
        status,
        created: time,
        ended: time,
        reason: null,
        command: [],
      },
      ...{ directory: '/', process: { host: hostname(), pid: 1, startTime: 1 }, host: {}, versions: {}, git: null },
      ...{ backend: { name: 'toy', package: 'toy', version: '1.0.0' }, engine, batch: {}, step, epoch: 0, resumes: [] },
      metrics: { valid: { loss: 'NaN', accuracy: 0.5 } },
    };
    mkdirSync(join(folder(), 'digits', String(number)), { recursive: true });
    writeFileSync(`${file(number)}.new`, JSON.stringify(run));
    renameSync(`${file(number)}.new`, file(number));
  }

  async function list() {
    const found = await listRunSummaries(folder());
    return found.map((run) => ({ folder: run.folder, created: run.created, summary: run.summary() }));
  }

  async function steps(): Promise<number[]> {
    return (await list()).map(({ summary }) => (isForgeError(summary) ? -1 : summary.step));
  }

  async function settledRuns(): Promise<void> {
    for (let number = 1; number <= count; number++) writeRun(number, number);
    // What has changed in the last two seconds is not remembered.
    await new Promise((resolve) => setTimeout(resolve, 2_100));
  }

  const all = Array.from({ length: count }, (_, number) => number + 1);

  it('remembers what it has read, believes none of it once a file is another, and loses nothing without', async () => {
    await settledRuns();
    const first = await list();
    expect(existsSync(index())).to.equal(true);
    expect(readdirSync(folder())).to.deep.equal(['digits']);
    const again = await list();
    expect(again).to.deep.equal(first);
    expect(again[0]!.summary).to.deep.include({ step: 1, metrics: { valid: { loss: Number.NaN, accuracy: 0.5 } } });

    // That the index is read at all shows where it lies about a file that has not changed: of what it holds, the time.
    const kept = readFileSync(index(), 'utf8');
    const [begun, lie] = ['2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'];
    const lying = kept.replace(begun, lie);
    const firstCreated = async () => (await list())[0]!.created;
    writeFileSync(index(), lying);
    expect(await firstCreated()).to.equal(lie);
    expect((await list())[0]!.summary).to.deep.include({ created: begun, step: 1 });
    expect((await listRunSummaries(folder(), { whole: true }))[0]!.created).to.equal(begun);
    // One that was cut, or whose columns are not what they should be, is not believed at all.
    for (const damaged of [
      lying.slice(0, -10),
      lying.replace('"formatVersion":2', '"formatVersion":1'),
      lying.replace('"created":[', '"created":[7,'),
      lying.replace('"inode":[', '"inode":["1",'),
      lying.replace('"size":[', '"size":[1,'),
      '',
      'null',
      '{"formatVersion":2,"experiments":{"digits":[1]}}',
    ]) {
      writeFileSync(index(), damaged);
      expect(await firstCreated()).to.equal(begun);
    }

    // Same size, same time of modification: another file all the same.
    const before = statSync(file(5));
    writeRun(5, 9);
    utimesSync(file(5), before.atime, before.mtime);
    expect(statSync(file(5)).size).to.equal(before.size);
    // In place, the same file: its times tell.
    writeFileSync(file(6), readFileSync(file(6), 'utf8').replace('"step":6', '"step":8'));
    expect(await steps()).to.deep.equal(all.map((step) => ({ 5: 9, 6: 8 })[step] ?? step));

    writeRun(count + 1, 3);
    writeFileSync(file(7), '{"formatVersion":1');
    expect((await steps()).at(-1)).to.equal(3);
    expect((await steps())[6]).to.equal(-1);
  });

  it('does not remember what is at work, or has only just changed', async () => {
    await settledRuns();
    writeRun(1, 1);
    writeRun(2, 2, 'running');
    expect(await steps()).to.deep.equal(all);
    expect(JSON.parse(readFileSync(index(), 'utf8')).experiments.digits.number).to.deep.equal(all.slice(2));
  });

  it('keeps none for a few runs, and needs none where it cannot be written', async () => {
    writeRun(1, 1);
    expect(await steps()).to.deep.equal([1]);
    expect(existsSync(index())).to.equal(false);
    await settledRuns();
    mkdirSync(index(), { recursive: true });
    expect(await steps()).to.deep.equal(all);
    if (process.getuid?.() === 0) return console.log('      (as root: permissions do not bind)');
    rmSync(index(), { recursive: true });
    chmodSync(dirname(index()), 0o555);
    try {
      expect(await steps()).to.deep.equal(all);
    } finally {
      chmodSync(dirname(index()), 0o755);
    }
  });
});
