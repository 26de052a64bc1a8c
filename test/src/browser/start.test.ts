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

  it('asks for the first rows once, before its script has run, and shows the list without an empty page before', async () => {
    const { origin } = dashboard;
    const { page } = await open({ origin });
    const asked: string[] = [];
    page.on('request', (request) => {
      const { pathname, search } = new URL(request.url());
      asked.push(pathname + search);
    });
    await page.goto(origin);
    await page.waitForSelector('tr[data-line]');
    // The events say which rows are the newest: those that are here.
    await page.waitForTimeout(500);
    expect(asked.filter((address) => address.startsWith('/api/runs'))).to.deep.equal(['/api/runs?offset=0&limit=100']);
    const { rows, script } = await page.evaluate(() => {
      const timing = (part: string) =>
        performance
          .getEntriesByType('resource')
          .find(({ name }) => name.includes(part))!
          .toJSON();
      return { rows: timing('/api/runs').startTime, script: timing('/assets/index-').responseEnd };
    });
    expect(rows).to.be.lessThan(script);
  });
});
