import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const program = [process.env.FORGE_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path) => path !== undefined && existsSync(path),
);

/** @throws Error if there is none */
export async function openBrowser(): Promise<Browser> {
  if (program === undefined) throw new Error('Chromium is not installed: apt-get install chromium.');
  return chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
}

/** A page whose canvases tell when lines are drawn, in `lines.at` (ms since the navigation). */
export async function newPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.addInitScript(`
    globalThis.lines = { count: 0, at: 0 };
    const { stroke } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.stroke = function (...path) {
      stroke.apply(this, path);
      // The second canvas of a chart has its lines.
      if (this.canvas.previousElementSibling?.tagName !== 'CANVAS' || this.canvas.nextElementSibling?.tagName !== 'CANVAS') return;
      lines.count++;
      lines.at = performance.now();
    };
    /** Milliseconds from an action until something holds, and is painted. */
    globalThis.timeUntil = async (start, holds) => {
      for (;;) {
        if (holds()) break;
        if (performance.now() - start > 15_000) throw new Error('It takes too long.');
        await new Promise((next) => setTimeout(next, 0));
      }
      await new Promise((next) => requestAnimationFrame(next));
      return performance.now() - start;
    };
    /** Milliseconds of each frame while an action is done in each of them. */
    globalThis.framesOf = async (count, act) => {
      const times = [];
      let before = await new Promise(requestAnimationFrame);
      for (let at = 0; at < count; at++) {
        act(at);
        const now = await new Promise(requestAnimationFrame);
        times.push(now - before);
        before = now;
      }
      return times;
    };
  `);
  return page;
}

/** Opens another view of a page that is open, as a click on a link does, and waits for lines. @returns ms */
export function timeToLines(page: Page, href: string): Promise<number> {
  return page.evaluate<number>(`(() => {
    const before = lines.count;
    const start = performance.now();
    history.pushState(null, '', ${JSON.stringify(href)});
    dispatchEvent(new PopStateEvent('popstate'));
    return timeUntil(start, () => lines.count > before);
  })()`);
}
