import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { someRuns, writeRuns } from '../cli/write-runs.js';
import { describeInBrowser } from './browser.js';
import { type Dashboard, startDashboard } from './dashboard.js';

describeInBrowser('forge ui', (open) => {
  let dashboard: Dashboard;
  before(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'forge-ui-'));
    await writeRuns(join(folder, 'results'), someRuns);
    dashboard = await startDashboard(folder);
  });
  after(() => dashboard?.stop());

  it('opens without an error, and asks no other host', async () => {
    const { origin } = dashboard;
    const { page } = await open({ origin });
    await page.goto(origin);
    await page.waitForSelector('main');
    expect(await page.title()).to.include('Forge');
  });
});
