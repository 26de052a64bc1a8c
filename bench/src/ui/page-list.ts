import type { Browser } from 'playwright-core';
import { median, type Row } from '../benchmark.js';
import { newPage } from './open-browser.js';
import { atMost, information, percentile } from './rows.js';
import type { ServerProcess } from './server-process.js';

const rounds = 7;
const sorts = ['best.train.loss', 'flags.hidden', 'best.valid.accuracy', 'flags.learningRate', 'flags.seed'];
const filters = [
  'flags.hidden >= 64',
  'best.valid.accuracy > 0.9',
  'flags.seed in (1, 2)',
  'experiment = experiment-3',
];

const firstRow = 'document.querySelector("tr[data-line] a")';

/** The list of 10,000 runs in a browser. */
export async function pageList(browser: Browser, server: ServerProcess): Promise<Row[]> {
  const first: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const page = await newPage(browser);
    // The tab is open already when a person opens the address in it.
    await page.waitForTimeout(500);
    await page.goto(server.origin, { waitUntil: 'commit' });
    first.push(await page.evaluate<number>(`timeUntil(0, () => ${firstRow} !== null)`));
    await page.context().close();
  }
  const page = await newPage(browser);
  await page.goto(server.origin);
  await page.locator('tr[data-line]').first().waitFor();
  await page.waitForTimeout(1_500);
  const ask = async (change: string) => {
    // Cheap to ask for: the text of the whole page would be laid out each time.
    const rows = '[...document.querySelectorAll(".matching, tr[data-line] a")].map((part) => part.textContent).join()';
    const time = await page.evaluate<number | null>(`(async () => {
      const before = ${rows};
      const url = new URL(location.href);
      ${change}
      const start = performance.now();
      history.pushState(null, '', url);
      dispatchEvent(new PopStateEvent('popstate'));
      // Another order may have the same first rows.
      return timeUntil(start, () => ${rows} !== before).catch(() => null);
    })()`);
    await page.waitForTimeout(300);
    return time === null ? [] : [time];
  };
  const sorted: number[] = [];
  for (const sort of sorts) sorted.push(...(await ask(`url.searchParams.set('sort', ${JSON.stringify(sort)});`)));
  const filtered: number[] = [];
  for (const where of filters)
    filtered.push(...(await ask(`url.searchParams.set('where', ${JSON.stringify(where)});`)));
  await page.goto(server.origin);
  await page.locator('tr[data-line]').first().waitFor();
  const frames = await page.evaluate<number[]>(`framesOf(200, () => {
    document.querySelector('.list-scroller').scrollTop += 280;
  })`);
  await page.context().close();
  return [
    atMost(
      '10,000 runs: first rows on screen, from the navigation on',
      median(first),
      'ms',
      300,
      `most ${most(first)} ms`,
    ),
    atMost('10,000 runs: another order on screen', median(sorted), 'ms', 50, `most ${most(sorted)} ms`),
    atMost('10,000 runs: another filter on screen', median(filtered), 'ms', 50, `most ${most(filtered)} ms`),
    information(
      '10,000 runs: a frame while the list scrolls by 10 rows a frame',
      median(frames),
      'ms',
      `95th percentile ${percentile(frames, 0.95).toFixed(1)} ms, most ${most(frames)} ms`,
    ),
  ];
}

function most(values: readonly number[]): string {
  return Math.max(...values).toFixed(0);
}
