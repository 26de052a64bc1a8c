import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inBenchFolder } from './bench-folder.js';
import { type Benchmark, median, type Row } from './benchmark.js';
import type { LongCurve, ManyCurves } from './series-process.js';

const child = fileURLToPath(new URL('series-process.js', import.meta.url));
const points = 1_000_000;
const runs = 500;
const pointsOfRun = 2000;
const rounds = 5;

/** Curves from a metric with a million values, and from hundreds of runs, each in a process of its own. */
export const series: Benchmark = {
  name: 'series',
  run: () =>
    inBenchFolder(async (folder) => {
      const long = join(folder, 'long');
      writeRun(long, points);
      for (let run = 0; run < runs; run++) writeRun(join(folder, 'runs', String(run)), pointsOfRun);
      return [...longRows(folder, long), ...manyRows(folder)];
    }),
};

function longRows(folder: string, long: string): Row[] {
  const measured = (isCold: boolean) =>
    Array.from({ length: rounds }, () => measure<LongCurve>(folder, isCold, ['long', long]));
  const [cold, warm] = [measured(true), measured(false)];
  const of = (from: readonly LongCurve[], value: (one: LongCurve) => number) => median(from.map(value));
  const what = `a metric with ${points.toLocaleString('en')} values`;
  return [
    ms(
      `${what}: read from metrics.jsonl and drawn at 1,600 pixels`,
      of(cold, ({ open, whole }) => open + whole),
    ),
    ms(
      `${what}: the same from the cache`,
      of(warm, ({ open, whole }) => open + whole),
      50,
      `open ${of(warm, ({ open }) => open).toFixed(1)} ms, first curve ${of(warm, ({ whole }) => whole).toFixed(1)} ms, again ${of(warm, ({ again }) => again).toFixed(2)} ms`,
    ),
    ms(
      `${what}: a zoom at 1,600 pixels, median of 200`,
      of(warm, ({ zooms }) => median(zooms)),
    ),
    ms(
      `${what}: a zoom at 1,600 pixels, 95th percentile of 200`,
      of(warm, ({ zooms }) => [...zooms].sort((a, b) => a - b)[Math.floor(0.95 * zooms.length)]!),
      5,
    ),
    ms(
      `${what}: smoothed for the first time`,
      of(warm, ({ smoothed }) => smoothed),
    ),
    {
      what: `${what}: memory of its columns and their pyramid`,
      value: of(warm, ({ bytes }) => bytes) / points,
      unit: 'B a value',
      detail: `after the file was read: ${(of(cold, ({ bytes }) => bytes) / points).toFixed(1)} B`,
    },
  ];
}

function manyRows(folder: string): Row[] {
  const measured = (isCold: boolean) =>
    Array.from({ length: rounds }, () => measure<ManyCurves>(folder, isCold, ['many', join(folder, 'runs')]));
  const of = (from: readonly ManyCurves[]) => median(from.map(({ total }) => total));
  const what = `${runs} runs with ${pointsOfRun.toLocaleString('en')} values`;
  const cold = measured(true);
  return [
    ms(`${what}: read from metrics.jsonl and drawn at 1,600 pixels`, of(cold)),
    ms(`${what}: the same from the caches`, of(measured(false)), 300),
  ];
}

function ms(what: string, value: number, bar?: number, detail = ''): Row {
  return { what, value, unit: 'ms', ...(bar === undefined ? {} : { bar: { relation: '<=', value: bar } }), detail };
}

/** @param isCold without a cache; else with the one of the process before */
function measure<T>(folder: string, isCold: boolean, words: readonly string[]): T {
  const cache = join(folder, 'cache');
  if (isCold) rmSync(cache, { recursive: true, force: true });
  const env = { ...process.env, XDG_CACHE_HOME: cache };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', child, ...words], {
    encoding: 'utf8',
    env,
  });
  if (status !== 0) throw new Error(`The process ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

/** A noisy loss that falls. */
function writeRun(run: string, count: number): void {
  mkdirSync(run, { recursive: true });
  const lines: string[] = [];
  for (let step = 1; step <= count; step++) {
    const loss =
      2 / Math.sqrt(step) +
      0.1 * Math.abs(Math.sin(step * 12.9898) * 43758.5453 - Math.floor(Math.sin(step * 12.9898) * 43758.5453));
    const epoch = Math.floor((step - 1) / 1000);
    lines.push(
      `{"step":${step},"epoch":${epoch},"time":${1.7e12 + 37 * step},"split":"train","values":{"loss":${loss}}}\n`,
    );
  }
  writeFileSync(join(run, 'metrics.jsonl'), lines.join(''));
}
