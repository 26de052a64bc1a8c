import type { Browser, Page } from 'playwright-core';
import { median, type Row } from '../benchmark.js';
import { newPage, timeToLines } from './open-browser.js';
import { atMost, information, percentile } from './rows.js';
import type { ServerProcess } from './server-process.js';

const rounds = 5;
const zooms = 50;

/** Long and many curves in a browser. */
export async function pageCurves(browser: Browser, server: ServerProcess): Promise<Row[]> {
  const [long, many] = [await timesOf(browser, server, longPath), await timesOf(browser, server, manyPath)];
  const page = await newPage(browser);
  await page.goto(`${server.origin}${longPath}`);
  await page.evaluate('timeUntil(0, () => lines.count > 0)');
  const before = await heap(page);
  const frames = await page.evaluate<number[]>(`framesOf(${zooms * 4}, (at) => {
    if (at % 4 > 0) return;
    const frame = document.querySelector('.chart-frame');
    const { left, top, width, height } = frame.getBoundingClientRect();
    const clientX = left + width * (0.3 + 0.4 * ((at * 0.618) % 1));
    const place = { clientX, clientY: top + height / 2, deltaY: at % 40 < 24 ? -120 : 120, ctrlKey: true };
    frame.dispatchEvent(new WheelEvent('wheel', { ...place, bubbles: true, cancelable: true }));
  })`);
  await page.waitForTimeout(1_000);
  const after = await heap(page);
  await page.context().close();
  return [
    atMost(
      'a metric with 1,000,000 points: its curve on screen',
      median(long),
      'ms',
      300,
      `first ${long[0]!.toFixed(0)} ms`,
    ),
    atMost(
      'the same: a frame while it is zoomed 50 times, 95th percentile',
      percentile(frames, 0.95),
      'ms',
      50,
      `median ${median(frames).toFixed(1)} ms, most ${Math.max(...frames).toFixed(0)} ms`,
    ),
    atMost(
      'the same: growth of the heap of the page by 50 zooms',
      after - before,
      'MB',
      10,
      `${before.toFixed(1)} MB before`,
    ),
    atMost(
      '500 runs with 2,000 points: compared on screen',
      median(many),
      'ms',
      1_000,
      `first ${many[0]!.toFixed(0)} ms`,
    ),
    information('the heap of a page with a curve of 1,000,000 points', before, 'MB'),
  ];
}

const longPath = '/run/curves/many/501';
const manyPath = '/compare?runs=curves/many/1-500';

/** From a click in the list until lines are painted, ms. */
async function timesOf(browser: Browser, { origin }: ServerProcess, path: string): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const page = await newPage(browser);
    await page.goto(origin);
    await page.locator('tr[data-line]').first().waitFor();
    // Views are loaded when the first one has been drawn for a second.
    await page.waitForTimeout(2_000);
    times.push(await timeToLines(page, path));
    await page.context().close();
  }
  return times;
}

/** What is used after a collection, MB. */
async function heap(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.enable');
  await session.send('HeapProfiler.collectGarbage');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  await session.detach();
  return metrics.find(({ name }) => name === 'JSHeapUsedSize')!.value / 1e6;
}
