import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type CurveView, openRunSeries } from '@forge-ml/core/runs';

/** Milliseconds and bytes. */
export interface LongCurve {
  readonly open: number;
  readonly whole: number;
  readonly again: number;
  readonly zooms: readonly number[];
  readonly smoothed: number;
  readonly bytes: number;
}

export interface ManyCurves {
  readonly total: number;
}

const record = { created: '2026-01-01T00:00:00.000Z', resumes: [], directions: {} };
const view: CurveView = { axis: 'step', log: { x: false, y: false }, smooth: 0, width: 1600 };

async function timed<T>(work: () => Promise<T>): Promise<readonly [number, T]> {
  const start = performance.now();
  const result = await work();
  return [performance.now() - start, result];
}

function memory(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

async function longCurve(run: string): Promise<LongCurve> {
  // What is loaded once for all curves is not measured.
  await openRunSeries(join(run, 'missing'));
  const before = memory();
  const [open, series] = await timed(() => openRunSeries(run));
  const draw = async (change: Partial<CurveView>) => {
    const [time, curve] = await timed(() => series.curve('train.loss', record, { ...view, ...change }));
    if ((curve?.lines[0]?.x.length ?? 0) < 100) throw new Error('The curve has few points.');
    return time;
  };
  const whole = await draw({});
  const bytes = memory() - before;
  const again = await draw({});
  const count = series.metrics()[0]!.count;
  const zooms: number[] = [];
  let random = 1;
  const next = () => {
    random = (random * 48_271) % 2_147_483_647;
    return random / 2_147_483_647;
  };
  for (let zoom = 0; zoom < 200; zoom++) {
    const width = Math.max(1000, count * 10 ** (-3 * next()));
    const from = next() * (count - width);
    zooms.push(await draw({ from, to: from + width }));
  }
  return { open, whole, again, zooms, smoothed: await draw({ smooth: 0.9 }), bytes };
}

async function manyCurves(folder: string): Promise<ManyCurves> {
  await openRunSeries(join(folder, 'missing'));
  const runs = readdirSync(folder);
  const [total] = await timed(async () => {
    for (const run of runs) {
      const series = await openRunSeries(join(folder, run));
      const curve = await series.curve('train.loss', record, view);
      if (curve?.values !== 2000) throw new Error('Values are missing.');
    }
  });
  return { total };
}

const [what, folder] = process.argv.slice(2) as ['long' | 'many', string];
process.stdout.write(JSON.stringify(what === 'long' ? await longCurve(folder) : await manyCurves(folder)));
