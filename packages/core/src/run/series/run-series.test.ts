import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { MetricLineFormat } from '../../metrics/log/metric-line.js';
import { openRunSeries } from './open-run-series.js';
import type { RunSeries } from './run-series.js';
import { removeOldest } from './series-cache.js';
import type { SeriesRecord } from './series-types.js';

const record: SeriesRecord = { created: '2026-01-01T00:00:00.000Z', resumes: [], directions: {} };
const view = { axis: 'step', log: { x: false, y: false }, smooth: 0, width: 1000 } as const;
const format = new MetricLineFormat();
/** A line of each split. */
const lines = (step: number, loss = 1 / step, time = 1.7e12 + step) =>
  format.line({ step, epoch: 0, time, split: 'train', values: { loss, 'top.5': step } }) +
  (step % 10 === 0 ? format.line({ step, epoch: 0, time, split: 'valid', values: { loss: 2 * loss } }) : '');
const text = (from: number, to: number, change?: (step: number) => number, time?: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => lines(from + at, change?.(from + at), time)).join('');

describe('openRunSeries', () => {
  let folder: string;
  let run: string;
  let file: string;
  const before = process.env.XDG_CACHE_HOME;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forge-series-'));
    process.env.XDG_CACHE_HOME = join(folder, 'cache');
    run = join(folder, 'run');
    file = join(run, 'metrics.jsonl');
    await mkdir(run);
  });
  afterEach(async () => {
    if (before === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = before;
    await rm(folder, { recursive: true });
  });

  const lossOf = async (series: RunSeries, metric = 'train.loss') =>
    (await series.curve(metric, record, { ...view, width: 1e6 }))?.lines.flatMap(({ y }) => y) ?? [];
  const counts = (series: RunSeries) => series.metrics().map(({ metric, count }) => [metric, count]);
  const cached = async () => {
    const names = await readdir(join(folder, 'cache', 'forge', 'series')).catch(() => []);
    return names.map((name) => join(folder, 'cache', 'forge', 'series', name));
  };
  const expected = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => 1 / (from + at));

  it('lists metrics with their counts, and answers curves and small pictures', async () => {
    await writeFile(file, text(1, 100));
    const series = await openRunSeries(run);
    expect(counts(series)).to.deep.equal([
      ['train.loss', 100],
      ['train.top.5', 100],
      ['valid.loss', 10],
    ]);
    expect(await lossOf(series)).to.deep.equal(expected(1, 100));
    expect((await series.curve('valid.loss', record, view))?.best?.step).to.equal(100);
    expect((await series.curve('train.top.5', record, view))?.direction).to.equal(undefined);
    expect(await series.curve('train.none', record, view)).to.equal(undefined);
    expect((await series.sparkline('train.loss', 5))[0]!.x.length).to.be.within(6, 20);
    expect(series.stepsPerEpoch).to.equal(undefined);
    expect(await readdir(run)).to.deep.equal(['metrics.jsonl']);
  });

  it('is empty without a file, and reads it once it is there', async () => {
    const series = await openRunSeries(run);
    expect(series.metrics()).to.deep.equal([]);
    expect(await series.update()).to.deep.equal({ restarted: false, from: 0, to: 0 });
    await writeFile(file, lines(1));
    expect((await series.update()).restarted).to.equal(false);
    expect(series.metrics().map(({ metric }) => metric)).to.deep.equal(['train.loss', 'train.top.5']);
  });

  it('reads only new whole lines', async () => {
    const first = text(1, 9);
    await writeFile(file, `${first}${lines(10).slice(0, 30)}`);
    const series = await openRunSeries(run);
    expect(series.end).to.equal(first.length);
    expect(await series.update()).to.deep.equal({ restarted: false, from: first.length, to: first.length });
    await writeFile(file, text(1, 10));
    const { restarted, from, to } = await series.update();
    expect([restarted, from, to]).to.deep.equal([false, first.length, text(1, 10).length]);
    expect(series.metrics().map(({ metric, count }) => [metric, count])).to.deep.equal([
      ['train.loss', 10],
      ['train.top.5', 10],
      ['valid.loss', 1],
    ]);
    expect((await series.sample('train.loss', 100)).at(-1)).to.deep.equal({
      ...{ step: 10, epoch: 0, time: 1.7e12 + 10, value: 0.1 },
    });
    expect(await series.update()).to.deep.equal({ restarted: false, from: to, to });
  });

  it('reads nothing through a link, also of what it has read before', async () => {
    await writeFile(file, text(1, 5));
    const series = await openRunSeries(run);
    await rename(file, join(folder, 'elsewhere.jsonl'));
    await symlink(join(folder, 'elsewhere.jsonl'), file);
    const failure = await series.update().catch((error: unknown) => error);
    expect(failure).to.include({ code: 'RUN_INVALID' });
  });

  const large = 2000;
  /** What may happen to a file after it was read, and whether the values read are still right. */
  const changes: readonly [string, boolean, () => Promise<string>][] = [
    ['is as it was', true, async () => text(1, large)],
    [
      'has grown',
      true,
      async () => {
        await appendFile(file, text(large + 1, large + 10));
        return text(1, large + 10);
      },
    ],
    [
      'has lost a last line that was not whole, and has grown',
      true,
      async () => {
        await truncate(file, Buffer.byteLength(text(1, large)));
        await appendFile(file, text(large + 1, large + 1));
        return text(1, large + 1);
      },
    ],
    [
      'was cut in place by a resume that has written on, beyond what was read',
      false,
      async () => {
        const kept = text(1, large - 20);
        await truncate(file, Buffer.byteLength(kept));
        const again = text(large - 19, large + 50, undefined, 1.8e12);
        await appendFile(file, again);
        return kept + again;
      },
    ],
    [
      'was cut in place',
      false,
      async () => {
        await truncate(file, Buffer.byteLength(text(1, 1500)));
        return text(1, 1500);
      },
    ],
    [
      'was replaced by a new file',
      false,
      async () => {
        const other = text(1, large + 5, (step) => -step);
        await rm(file);
        await writeFile(file, other);
        return other;
      },
    ],
    [
      'was overwritten with other values in place: the same inode, and larger',
      false,
      async () => {
        const other = text(1, large + 5, (step) => -step);
        await writeFile(file, other);
        return other;
      },
    ],
    [
      'was edited in place',
      false,
      async () => {
        const edited = (await readFile(file, 'utf8')).replace('"loss":0.001,', '"loss":0.002,');
        await writeFile(file, edited);
        await utimes(file, new Date(), new Date(Date.now() + 5000));
        return edited;
      },
    ],
  ];
  for (const [what, continues, change] of changes) {
    it(`finds the right values, with a cache and by an update, when the file ${what}`, async () => {
      await writeFile(file, what.includes('not whole') ? `${text(1, large)}{"step":2001,"ep` : text(1, large));
      const following = await openRunSeries(run);
      expect(await cached()).to.have.length(1);
      const now = await change();
      const { restarted } = await following.update();
      expect(restarted).to.equal(!continues);
      const again = await openRunSeries(run);
      await rm(join(folder, 'cache'), { recursive: true });
      const fresh = await openRunSeries(run);
      expect(fresh.end).to.equal(Buffer.byteLength(now));
      for (const series of [following, again]) {
        expect([series.end, counts(series)]).to.deep.equal([fresh.end, counts(fresh)]);
        for (const metric of ['train.loss', 'train.top.5', 'valid.loss']) {
          expect(await lossOf(series, metric)).to.deep.equal(await lossOf(fresh, metric));
        }
      }
    });
  }

  it('reads a cache instead of the lines, private to the user, and frees its memory when asked', async () => {
    await writeFile(file, text(1, large));
    const written = new Date(1.7e12);
    await utimes(file, written, written);
    await openRunSeries(run);
    const [path] = await cached();
    expect((await stat(path!)).mode & 0o777).to.equal(0o600);
    expect((await stat(join(folder, 'cache', 'forge', 'series'))).mode & 0o777).to.equal(0o700);
    // An edit that keeps the size and the time is not noticed: what is read now is the cache.
    const content = await readFile(file, 'utf8');
    await writeFile(file, content.replace(/"loss":0\.\d/, '"loss":9.1'));
    await utimes(file, written, written);
    const series = await openRunSeries(run);
    expect(Math.max(...(await lossOf(series)))).to.equal(1);
    await writeFile(file, content);
    await utimes(file, written, written);
    await series.release();
    await appendFile(file, text(large + 1, large + 3));
    await series.update();
    expect((await lossOf(series)).slice(-4)).to.deep.equal(expected(large, large + 3));
    await series.release();
    expect((await lossOf(series, 'train.top.5')).slice(-2)).to.deep.equal([large + 2, large + 3]);
  });

  it('ignores a damaged cache wherever the damage is, also of values that are read later', async () => {
    await writeFile(file, text(1, large));
    const right = expected(1, large);
    for (let part = 0; part < 40; part++) {
      await openRunSeries(run);
      const [path] = await cached();
      const bytes = await readFile(path!);
      const at = part < 12 ? part : Math.floor(((part - 11) / 29) * (bytes.length - 1));
      bytes[at]! ^= 1 << (part % 8);
      await writeFile(path!, part % 10 === 9 ? bytes.subarray(0, at) : bytes);
      const series = await openRunSeries(run);
      expect(await lossOf(series), `byte ${at}`).to.deep.equal(right);
      expect((await lossOf(series, 'valid.loss')).length, `byte ${at}`).to.equal(large / 10);
      await rm(path!, { force: true });
    }
  });

  it('reads the file again if the cache of released values is gone, or replaced by another process', async () => {
    await writeFile(file, text(1, large));
    const series = await openRunSeries(run);
    await series.release();
    await rm(join(folder, 'cache'), { recursive: true });
    expect(await lossOf(series)).to.deep.equal(expected(1, large));
    const other = await openRunSeries(run);
    await appendFile(file, text(large + 1, 2 * large));
    await series.update();
    await other.release();
    expect(await lossOf(other)).to.deep.equal(expected(1, 2 * large));
    expect((await other.update()).restarted).to.equal(false);
  });

  it('answers curves that are asked for at once, while it reads', async () => {
    await writeFile(file, text(1, large));
    const series = await openRunSeries(run);
    await rm(join(folder, 'cache'), { recursive: true });
    await series.release();
    await appendFile(file, text(large + 1, large + 1));
    const [loss, update, top] = await Promise.all([lossOf(series), series.update(), lossOf(series, 'train.top.5')]);
    expect([loss.length >= large, update.to, top.length]).to.deep.equal([true, series.end, large + 1]);
  });

  it('works where no cache can be written', async () => {
    await writeFile(join(folder, 'cache'), 'a file');
    await writeFile(file, text(1, large));
    const series = await openRunSeries(run);
    await series.release();
    expect(await lossOf(series)).to.deep.equal(expected(1, large));
  });

  it('names an invalid line, and reads on once it is mended', async () => {
    await writeFile(file, text(1, 5));
    const series = await openRunSeries(run);
    await appendFile(file, `${lines(6)}{"step":"x"}\n`);
    const failure = await series.update().catch((error: Error) => error.message);
    expect(failure).to.match(/^A line of .*metrics\.jsonl is not a metric record: "step"/);
    await writeFile(file, text(1, 7));
    expect((await series.update()).restarted).to.equal(true);
    expect(await lossOf(series)).to.deep.equal(expected(1, 7));
  });
});

describe('removeOldest', () => {
  it('removes the oldest files until the others fit', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'forge-series-'));
    for (const [at, name] of ['old', 'older', 'new'].entries()) {
      await writeFile(join(folder, name), Buffer.alloc(100));
      await utimes(join(folder, name), 0, [200, 100, 300][at]!);
    }
    removeOldest(folder, 250);
    expect((await readdir(folder)).sort()).to.deep.equal(['new', 'old']);
    removeOldest(folder, 250);
    expect((await readdir(folder)).length).to.equal(2);
    await rm(folder, { recursive: true });
  });
});
