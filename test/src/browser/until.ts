import type { Page } from 'playwright-core';

/**
 * Waits until an expression holds in the page, looking at each frame. Playwright's own way needs `eval`, which the
 * content-security policy of our pages forbids.
 */
export function until(page: Page, expression: string, timeoutMs = 10_000): Promise<void> {
  return page.evaluate<void>(`new Promise((resolve, reject) => {
    const start = performance.now();
    const look = () => {
      if (${expression}) resolve();
      else if (performance.now() - start > ${timeoutMs}) reject(new Error(${JSON.stringify(`Not true: ${expression}`)}));
      else requestAnimationFrame(look);
    };
    look();
  })`);
}
