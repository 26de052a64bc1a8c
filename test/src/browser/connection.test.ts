import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import type { BrowserContext, Page } from 'playwright-core';
import { forge } from '../cli/forge-process.js';
import { describeInBrowser } from './browser.js';
import { type Dashboard, startDashboard } from './dashboard.js';
import { isDrawn } from './drawn.js';
import { until } from './until.js';

/** Pages of tests are always visible: these are what they say. */
const visibility = `Object.defineProperty(document, 'hidden', { get: () => globalThis.isHidden === true });`;

async function setHidden(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate(`isHidden = ${isHidden}; document.dispatchEvent(new Event('visibilitychange'))`);
}

describeInBrowser('the connection of a page', (open) => {
  let cwd: string;
  let dashboard: Dashboard;
  before(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'forge-connection-'));
    await writeToyProject(cwd);
    const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];
    const { status, stderr } = await forge(['train', ...configs, '--run-name', 'toy', '--steps', '5'], { cwd });
    expect(status, stderr).to.equal(0);
    dashboard = await startDashboard(cwd);
  });
  after(async () => {
    await dashboard.stop();
    await rm(cwd, { recursive: true });
  });

  /** Loads the page of the run in another tab. */
  const openRun = async (context: BrowserContext) => {
    const page = await context.newPage();
    page.setDefaultTimeout(25_000);
    await page.goto(`${dashboard.origin}/run/results/toy/1`);
    await isDrawn(page.getByRole('application', { name: 'Curves of loss' }));
    return page;
  };

  it('is closed while the page is hidden: many tabs load', async () => {
    const { page } = await open({ origin: dashboard.origin });
    const context = page.context();
    await context.addInitScript(visibility);
    for (let tab = 0; tab < 8; tab++) await setHidden(await openRun(context), true);
  });

  it('is not opened in a tab in the background before a person looks at it', async () => {
    const { page } = await open({ origin: dashboard.origin });
    const context = page.context();
    await context.addInitScript(`isHidden = true; ${visibility}`);
    const connections: string[] = [];
    context.on('request', (request) => {
      if (request.url().includes('/api/events')) connections.push(request.url());
    });
    let tab = page;
    for (let count = 0; count < 8; count++) tab = await openRun(context);
    expect(connections).to.deep.equal([]);
    const connected = tab.waitForRequest(/\/api\/events/);
    await setHidden(tab, false);
    await connected;
  });

  it('continues where it was closed', async () => {
    const { page } = await open({ origin: dashboard.origin });
    await page.context().addInitScript(visibility);
    const run = await openRun(page.context());
    const summary = `[...document.querySelectorAll('figure.chart p.only-read')].map((one) => one.textContent).join()`;
    const append = async (step: number) => {
      const line = { step, epoch: 0, time: Date.now(), split: 'train', values: { loss: step / 1000 } };
      await appendFile(join(cwd, 'results', 'toy', '1', 'metrics.jsonl'), `${JSON.stringify(line)}\n`);
    };
    await append(6);
    await until(run, `${summary}.includes('at step 6')`);
    await setHidden(run, true);
    await run.waitForTimeout(5_500);
    await append(7);
    await append(8);
    await run.waitForTimeout(2_500);
    expect(await run.evaluate(summary))
      .to.include('at step 6')
      .and.not.include('at step 8');
    const again = run.waitForRequest(/\/api\/events/);
    await setHidden(run, false);
    expect((await again).url()).to.match(/[?&]received=0%3A\d+/);
    await until(run, `${summary}.includes('at step 8')`);
    await append(9);
    await until(run, `${summary}.includes('at step 9')`);
    // Its facts follow the same values: run.json still says 5.
    await run.locator('.run-facts dd').getByText('9 of 5', { exact: true }).waitFor();
    await run
      .locator('.run-facts')
      .getByRole('row', { name: /train\.loss 0\.006/ })
      .waitFor();
  });

  it('is kept open by some of many windows side by side: all load, and all follow', async () => {
    const { page } = await open({ origin: dashboard.origin });
    const windows: Page[] = [];
    for (let count = 0; count < 9; count++) windows.push(await openRun(page.context()));
    const line = { step: 20, epoch: 0, time: Date.now(), split: 'train', values: { loss: 0.5 } };
    await appendFile(join(cwd, 'results', 'toy', '1', 'metrics.jsonl'), `${JSON.stringify(line)}\n`);
    for (const one of windows) {
      await until(one, `document.querySelector('figure.chart p.only-read').textContent.includes('at step 20')`, 15_000);
    }
    // Those that wait get the place of one that is closed.
    await Promise.all(windows.splice(0, 5).map((one) => one.close()));
    const connections: string[] = [];
    page.context().on('request', (request) => {
      if (request.url().includes('/api/events')) connections.push(request.url());
    });
    await windows[0]!.waitForTimeout(6_000);
    connections.length = 0;
    await windows[0]!.waitForTimeout(6_000);
    expect(connections).to.deep.equal([]);
  });

  it('that the server refuses is explained by the server, and asked for again', async () => {
    const { page } = await open({ origin: dashboard.origin, expected: /401/ });
    const problem = { code: 'NO_TOKEN', message: 'The dashboard needs a token.', hint: 'Open the URL with the token.' };
    const refused = /\/api\/(events|overview)/;
    await page.route(refused, (route) => route.fulfill({ status: 401, json: problem }));
    await page.goto(dashboard.origin);
    await page.getByText('The dashboard needs a token. Open the URL with the token.').waitFor();
    await page.unroute(refused);
    await page.getByText('The dashboard needs a token.').waitFor({ state: 'detached' });
  });
});
