import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { decodeIndex } from './index-file.js';
import { indexPath } from './run-index.js';
import { selectRuns } from './select-runs.js';

const count = 600;

describe('the index of runs', () => {
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

  /** Writes a run.json as Forge does: a new file that is renamed. */
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

  async function list(whole = false) {
    const { runs } = await selectRuns(folder(), { columns: 'step,created', whole });
    return runs.map((run) => ({ step: run.get('step') ?? -1, created: run.get('created') }));
  }

  async function steps() {
    return (await list()).map(({ step }) => step);
  }

  async function settledRuns(): Promise<void> {
    for (let number = 1; number <= count; number++) writeRun(number, number);
    // The index skips files that changed in the last two seconds.
    await new Promise((resolve) => setTimeout(resolve, 2_100));
  }

  const all = Array.from({ length: count }, (_, number) => number + 1);

  it('indexes what it has read, ignores entries whose file has changed, and works without an index', async () => {
    await settledRuns();
    const first = await list();
    expect(existsSync(index())).to.equal(true);
    expect(readdirSync(folder())).to.deep.equal(['digits']);
    const again = await list();
    expect(again).to.deep.equal(first);

    // A wrong time in the index shows whether the index is used.
    const [created, wrong] = ['2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'];
    const content = readFileSync(index(), 'latin1');
    const changed = content.replace(`["${created}"]`, `["${wrong}"]`);
    const firstCreated = async (whole = false) => (await list(whole))[0]!.created;
    writeFileSync(index(), changed, 'latin1');
    expect(await firstCreated()).to.equal(wrong);
    // Flags are not in that index: they are read, and so are the other values.
    expect(await firstCreated(true)).to.equal(created);
    // A truncated index, or one with invalid columns, is ignored.
    for (const invalid of [
      changed.slice(0, -10),
      changed.replace('"formatVersion":4', '"formatVersion":3'),
      changed.replace(`["${wrong}"]`, `[7${' '.repeat(wrong.length + 1)}`),
      changed.replace(`["${wrong}"]`, `[{}${' '.repeat(wrong.length)}]`),
      changed.replace(`["${wrong}"]`, `[]${' '.repeat(wrong.length + 2)}`),
      '',
      'null',
      '{"formatVersion":4,"experiments":[["digits",1]],"columns":[]}\n',
    ]) {
      writeFileSync(index(), invalid, 'latin1');
      expect(await firstCreated()).to.equal(created);
    }

    // A new file with the same size and modification time.
    const before = statSync(file(5));
    writeRun(5, 9);
    utimesSync(file(5), before.atime, before.mtime);
    expect(statSync(file(5)).size).to.equal(before.size);
    // The same file, changed in place: its times differ.
    writeFileSync(file(6), readFileSync(file(6), 'utf8').replace('"step":6', '"step":8'));
    expect(await steps()).to.deep.equal(all.map((step) => ({ 5: 9, 6: 8 })[step] ?? step));

    writeRun(count + 1, 3);
    writeFileSync(file(7), '{"formatVersion":1');
    // The damaged run is at the time its folder changed.
    expect((await steps()).slice(-2)).to.deep.equal([3, -1]);
    expect(await steps()).not.to.include(7);
  });

  it('does not index runs that are running or have changed recently', async () => {
    await settledRuns();
    writeRun(1, 1);
    writeRun(2, 2, 'running');
    expect(await steps()).to.deep.equal(all);
    expect([...decodeIndex(readFileSync(index())).files.number]).to.deep.equal(all.slice(2));
  });

  it('reads flags through a link where links are followed, and does not index them', async () => {
    const flags = (value: number) =>
      JSON.stringify({ formatVersion: 2, flags: { hidden: { value, source: 'default' } } });
    for (const number of all) {
      writeRun(number, number);
      writeFileSync(join(dirname(file(number)), 'flags.json'), flags(number));
    }
    const linked = join(dirname(file(1)), 'flags.json');
    rmSync(linked);
    writeFileSync(join(cache(), 'elsewhere.json'), flags(-1));
    symlinkSync(join(cache(), 'elsewhere.json'), linked);
    rmSync(join(dirname(file(2)), 'flags.json'));
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    const { runs } = await selectRuns(folder(), { columns: 'flags.hidden', whole: true });
    expect(runs.slice(0, 3).map((run) => run.get('flags.hidden'))).to.deep.equal([-1, undefined, 3]);
    const { files } = decodeIndex(readFileSync(index()));
    expect([...files.number]).to.deep.equal(all.slice(1));
  });

  it('writes no index for a few runs, and works if the index cannot be written', async () => {
    writeRun(1, 1);
    expect(await steps()).to.deep.equal([1]);
    expect(existsSync(index())).to.equal(false);
    await settledRuns();
    mkdirSync(index(), { recursive: true });
    expect(await steps()).to.deep.equal(all);
    if (process.getuid?.() === 0) return console.log('      (as root: permissions do not apply)');
    rmSync(index(), { recursive: true });
    chmodSync(dirname(index()), 0o555);
    try {
      expect(await steps()).to.deep.equal(all);
    } finally {
      chmodSync(dirname(index()), 0o755);
    }
  });
});
