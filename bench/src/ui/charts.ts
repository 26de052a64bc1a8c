import type { Page } from 'playwright-core';
import { startBrowser } from '../../../test/dist/browser/browser.js';
import type { ChartPage, ContenderName, Settings } from '../../dist/page/charts.js';
import { type Benchmark, interleave, median, type Row } from '../benchmark.js';
import { chartBytes, openChartPage } from './chart-page.js';

const rounds = 7;
const many: Settings = { curves: 500, points: 2000, sameSteps: true, hasCursor: false };
const ownTimes: Settings = { ...many, sameSteps: false };
const one: Settings = { curves: 1, points: 8000, sameSteps: true, hasCursor: false };
/** In each round, so 1,000 in all. */
const appends = 143;
/** Of 500, the table of `uPlot.join` needs more memory than a page of Chromium may have. */
const mostJoined = 100;

const titles: Record<ContenderName, string> = {
  forge: 'Forge',
  aligned: 'uPlot',
  faceted: 'uPlot in mode 2',
  joined: 'uPlot with uPlot.join',
};

type Measure = (page: Page, name: ContenderName) => Promise<readonly number[]>;

/** The chart of the dashboard against uPlot, in Chromium: the same data, size and width of lines. */
export const charts: Benchmark = {
  name: 'charts',
  onlyByName: true,
  async run() {
    const browser = await startBrowser();
    try {
      const rows: Row[] = [];
      for (const ratio of [1, 2]) {
        const page = await openChartPage(browser, ratio);
        rows.push(...(await rowsAt(page, `at ${ratio}×`)));
        if (ratio === 1) rows.push(...(await joinRows(page)));
        await page.context().close();
      }
      return [...rows, ...(await byteRows())];
    } finally {
      await browser.close();
    }
  },
};

async function rowsAt(page: Page, at: string): Promise<Row[]> {
  const withCursor: Settings = { ...many, hasCursor: true };
  const ownWithCursor: Settings = { ...ownTimes, hasCursor: true };
  const joined: Settings = { ...ownTimes, curves: mostJoined };
  const live: Settings = { ...one, points: 1000 };
  return [
    ...(await compare(page, `500 curves of 2,000 points, the same steps, ${at}`, ['forge', 'aligned'], paint(many))),
    ...(await compare(page, `the same, uPlot with its cursor, ${at}`, ['forge', 'aligned'], paint(withCursor))),
    ...(await compare(page, `500 curves of 2,000 points, own times, ${at}`, ['forge', 'faceted'], paint(ownTimes))),
    ...(await compare(
      page,
      `${mostJoined} curves of 2,000 points, own times, ${at}`,
      ['forge', 'joined'],
      paint(joined),
    )),
    ...(await compare(page, `a zoom frame of 8,000 points, ${at}`, ['forge', 'aligned', 'faceted'], zoom(one, 20))),
    ...(await compare(page, `emphasis of one of 500 curves, ${at}`, ['forge', 'aligned'], hover(withCursor, 8))),
    ...(await compare(page, `the same, own times, ${at}`, ['forge', 'faceted'], hover(ownWithCursor, 8))),
    ...(await compare(page, `a point added to 1,000 to 2,000, ${at}`, ['forge', 'aligned'], append(live, appends))),
  ];
}

/** The time of each rival divided by ours in the same round, the median: above 1 where ours is faster. */
async function compare(
  page: Page,
  what: string,
  names: readonly ContenderName[],
  measure: Measure,
): Promise<readonly Row[]> {
  const samples = await interleave(
    rounds,
    Object.fromEntries(names.map((name) => [name, () => measure(page, name)])) as Record<
      ContenderName,
      () => Promise<readonly number[]>
    >,
  );
  const text = (name: ContenderName) => `${titles[name]} ${median(samples[name]).toPrecision(3)} ms`;
  return names.slice(1).map((name) => ({
    what: `${titles[name]} / Forge, ${what}`,
    value: median(samples[name].map((ms, at) => ms / samples.forge[at]!)),
    unit: '×',
    detail: `${text('forge')}, ${text(name)}`,
  }));
}

const paint =
  (settings: Settings): Measure =>
  (page, name) =>
    call(page, 'paint', [name, settings]);

const zoom =
  (settings: Settings, frames: number): Measure =>
  (page, name) =>
    call(page, 'zoom', [name, settings, frames]);

const hover =
  (settings: Settings, frames: number): Measure =>
  (page, name) =>
    call(page, 'hover', [name, settings, frames]);

const append =
  (settings: Settings, appends: number): Measure =>
  (page, name) =>
    call(page, 'append', [name, settings, appends]);

/** The table grows with the square of the runs: it is measured up to a number that fits. */
async function joinRows(page: Page): Promise<Row[]> {
  const rows: Row[] = [];
  for (const curves of [mostJoined, 200, 300]) {
    const { ms, cells } = await call(page, 'join', [curves, many.points]);
    const all = (many.curves * many.points * (many.curves + 1)) / 1e6;
    rows.push({
      what: `uPlot.join of ${curves} curves of 2,000 points with own times`,
      value: ms,
      unit: 'ms',
      detail: `a table of ${Math.round(cells / 1e6)} million cells; of 500 curves: ${Math.round(all)} million`,
    });
  }
  return rows;
}

async function byteRows(): Promise<Row[]> {
  const { whole, drawing, uplot } = await chartBytes();
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  return [
    {
      what: 'uPlot / Forge, gzipped bytes of what draws',
      value: uplot / drawing,
      unit: '×',
      detail: `Forge ${kilobytes(drawing)} (the whole chart with legend, table and gestures: ${kilobytes(whole)}), uPlot ${kilobytes(uplot)}`,
    },
  ];
}

function call<Method extends keyof ChartPage>(page: Page, method: Method, args: Parameters<ChartPage[Method]>) {
  return page.evaluate(
    ([name, given]) =>
      (globalThis as unknown as { charts: Record<string, (...of: unknown[]) => unknown> }).charts[name]!(...given),
    [method, args as unknown[]] as const,
  ) as Promise<Awaited<ReturnType<ChartPage[Method]>>>;
}
