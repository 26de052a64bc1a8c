import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { contentBelow } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { describeInBrowser } from './browser.js';
import { type SharedDashboard, sharedDashboard } from './shared.js';

/** Every name, content, and time of change. */
async function snapshot(folder: string): Promise<string> {
  const names = (await readdir(folder, { recursive: true })).sort();
  const times = await Promise.all(names.map(async (name) => `${name} ${(await stat(join(folder, name))).mtimeMs}`));
  return `${times.join('\n')}\n${await contentBelow(folder)}`;
}

describeInBrowser("a stranger's folder", (open) => {
  let dashboard: SharedDashboard;
  before(async function () {
    this.timeout(120_000);
    dashboard = await sharedDashboard();
  });

  it('is the same after all of it was looked at', async () => {
    const before = await snapshot(dashboard.results);
    const { page } = await open({ origin: dashboard.origin });
    for (const path of [
      ...['/', '/?group=configuration', '/?where=best.valid.auc+>+0.9&sort=-best.valid.auc'],
      ...['', 'log', 'code', 'media', 'parameters', 'environment'].map((tab) => `/run/results/toy/1?tab=${tab}`),
      ...['/run/results/broken/1', '/run/results/crash/1', '/run/results/long/1?zoom=500,900&smooth=0.9'],
      ...['/compare?runs=results/churn/1-200', '/sweeps', '/sweep/results/search'],
    ]) {
      await page.goto(`${dashboard.origin}${path}`, { waitUntil: 'load' });
      await page.locator('main h1').first().waitFor({ state: 'attached' });
      await page.waitForTimeout(200);
    }
    expect(await snapshot(dashboard.results)).to.equal(before);
  });
});
