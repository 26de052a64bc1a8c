import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Benchmark, median, type Row } from '../benchmark.js';
import { writeRuns } from '../list-runs.js';
import { writeCurves } from './curve-runs.js';
import { livePages, writeLiveRuns } from './live-pages.js';
import { ServerProcess } from './server-process.js';

const sorts = ['best.valid.loss', 'best.train.loss', 'flags.hidden', 'duration', 'flags.learningRate', 'step'];
const filters = [
  'flags.hidden >= 64',
  'best.valid.accuracy > 0.9',
  'flags.optimizer = adam and flags.hidden < 100',
  'experiment ~ experiment-1',
  'status = completed and flags.seed in (1, 2)',
];

/** The server of the dashboard over 10,000 runs, with live runs and with long curves. */
export const uiServer: Benchmark = {
  name: 'ui-server',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'forge-bench-ui-'));
    try {
      return [...(await table(folder)), ...(await curves(folder))];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function table(folder: string): Promise<Row[]> {
  const [results, cache] = [join(folder, 'results'), join(folder, 'cache')];
  writeRuns(results);
  writeLiveRuns(results, join(results, 'experiment-1', '1', 'run.json'));
  // Changes in the last two seconds are not indexed.
  await delay(2_500);
  await (await ServerProcess.start(results, cache)).stop();
  const first: number[] = [];
  const starts: number[] = [];
  let server: ServerProcess | undefined;
  for (let round = 0; round < 5; round++) {
    await server?.stop();
    const start = performance.now();
    server = await ServerProcess.start(results, cache);
    starts.push(performance.now() - start);
    first.push(await server.time('api/runs?limit=100'));
  }
  const sorted = await timed(
    server!,
    sorts.map((sort) => `api/runs?sort=${sort}`),
  );
  const filtered = await timed(
    server!,
    filters.map((where) => `api/runs?where=${encodeURIComponent(where)}`),
  );
  const grouped = await timed(server!, ['api/runs?group=configuration', 'api/runs?group=experiment']);
  const live = await livePages(server!, results);
  const memory = server!.peakMemory;
  await server!.stop();
  const detail = 'server and bench on one machine';
  return [
    row(
      'the first 100 of 10,000 runs, from a server that has just started with its index',
      median(first),
      'ms',
      300,
      `forge ui to its URL: ${median(starts).toFixed(0)} ms`,
    ),
    row(
      '10,000 runs sorted by another field, request to answer',
      sorted.wall,
      'ms',
      50,
      `CPU time ${sorted.cpu.toFixed(0)} ms`,
    ),
    row(
      '10,000 runs filtered by another expression',
      filtered.wall,
      'ms',
      50,
      `CPU time ${filtered.cpu.toFixed(0)} ms`,
    ),
    row('10,000 runs in groups', grouped.wall, 'ms', undefined, `CPU time ${grouped.cpu.toFixed(0)} ms`),
    row('memory of the server over 10,000 runs, at most', memory, 'MB', 300, 'VmHWM'),
    row(
      'CPU time of the server: 50 pages follow 4 runs that log 10 points a second each',
      live.cpuShare * 100,
      '% of a core',
      5,
      detail,
    ),
    row(
      'the same while nothing is logged',
      live.idleShare * 100,
      '% of a core',
      undefined,
      `${live.idleBytes} bytes sent in 5 s`,
    ),
    row('a line on disk reaches a page', live.medianDelay, 'ms', 300, `longest ${live.longestDelay} ms`),
    row('bytes sent for a point and a page', live.bytesPerPoint, 'bytes', undefined, 'with the frame of the event'),
  ];
}

async function curves(folder: string): Promise<Row[]> {
  const [results, cache] = [join(folder, 'curves'), join(folder, 'cache-of-curves')];
  writeCurves(results, join(folder, 'results', 'experiment-1', '1', 'run.json'));
  const ids = Array.from({ length: 500 }, (_, at) => `curves/many/${at + 1}`);
  const ask = (runs: readonly string[], from: number | null = null, to: number | null = null) => ({
    ...{ runs, metrics: ['train.loss'], axis: 'step', from, to, width: 1200, logX: false, logY: false, smooth: 0 },
  });
  const millions = ['curves/many/501'];
  let server = await ServerProcess.start(results, cache);
  const uncached = await server.time('api/curves', ask(millions));
  const unread = await server.time('api/curves', ask(ids));
  await delay(1_000);
  await server.stop();
  server = await ServerProcess.start(results, cache);
  const long = await server.time('api/curves', ask(millions));
  const zooms: number[] = [];
  for (let zoom = 1; zoom <= 20; zoom++)
    zooms.push(await server.time('api/curves', ask(millions, zoom * 1e4, zoom * 3e4)));
  const many = await server.time('api/curves', ask(ids));
  const again = await server.time('api/curves', ask(ids));
  const memory = server.peakMemory;
  await server.stop();
  return [
    row(
      'the curve of 1,000,000 points, from a server that has just started',
      long,
      'ms',
      300,
      `without a cache ${uncached.toFixed(0)} ms`,
    ),
    row('a zoom into it', median(zooms), 'ms', 50, `longest ${Math.max(...zooms).toFixed(0)} ms`),
    row(
      'the curves of 500 runs with 2,000 points',
      many,
      'ms',
      1_000,
      `first ever ${unread.toFixed(0)} ms, again ${again.toFixed(0)} ms`,
    ),
    row('memory of the server after these curves, at most', memory, 'MB', undefined, 'VmHWM'),
  ];
}

/** The median time and the mean CPU time of requests, each for the first time. */
async function timed(server: ServerProcess, paths: readonly string[]): Promise<{ wall: number; cpu: number }> {
  const before = server.cpu;
  const times: number[] = [];
  for (const path of paths) times.push(await server.time(path));
  return { wall: median(times), cpu: (server.cpu - before) / paths.length };
}

function row(what: string, value: number, unit: string, most: number | undefined, detail: string): Row {
  return {
    what,
    value,
    unit,
    ...(most === undefined ? {} : { bar: { relation: '<=', value: most } as const }),
    detail,
  };
}
