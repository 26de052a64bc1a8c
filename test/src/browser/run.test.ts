import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { writeCurveRuns } from '../cli/curve-runs.js';
import { expectAccessible } from './accessibility.js';
import { describeInBrowser } from './browser.js';
import { type Dashboard, startDashboard } from './dashboard.js';

describeInBrowser('the page of a run', (open) => {
  let dashboard: Dashboard;
  before('start the dashboard', async function () {
    this.timeout(60_000);
    const folder = await mkdtemp(join(tmpdir(), 'forge-ui-run-'));
    const results = await writeCurveRuns(folder);
    const log = `\x1b[32mstep\x1b[39m 1\n<img src=x onerror=alert(1)>\n${'line\n'.repeat(200)}the end\n`;
    await writeFile(join(results, 'digits', '3', 'console.log'), log);
    dashboard = await startDashboard(folder, [results]);
  });
  after(() => dashboard?.stop());

  const run = (number: number) => `${dashboard.origin}/run/curves/digits/${number}`;
  const openRun = async (address: string): Promise<Page> => {
    const { page } = await open({ origin: dashboard.origin });
    await page.goto(address);
    await page.waitForSelector('.run-facts');
    return page;
  };

  it('says where a run diverged, and zooms there', async () => {
    const page = await openRun(run(3));
    const facts = page.locator('.run-facts');
    await facts.getByText('first NaN: train.loss at step 300').waitFor();
    await facts.getByRole('button', { name: 'Zoom there' }).click();
    expect(new URL(page.url()).searchParams.get('zoom')).to.equal('285~304');
    await page.goBack();
    expect(new URL(page.url()).search).to.equal('');
  });

  it('has all splits of a metric in one plot, which opens large and closes again', async () => {
    const page = await openRun(run(1));
    await page.locator('.plot').first().getByText('loss', { exact: true }).waitFor();
    const titles = await page.locator('.plot .chart-title').allInnerTexts();
    expect(titles.slice(0, 2)).to.deep.equal(['loss', 'accuracy']);
    await page.getByRole('link', { name: 'Open loss large' }).click();
    expect(new URL(page.url()).searchParams.get('metric')).to.equal('loss');
    expect(await page.locator('.run-curves .data-table tbody tr').count()).to.equal(2);
    await page.keyboard.press('Escape');
    await page.waitForSelector('.plot');
    expect(new URL(page.url()).search).to.equal('');
  });

  it('moves between its tabs by keys, and each tab is an address', async () => {
    const page = await openRun(run(3));
    await page.getByRole('tab', { name: 'Checkpoints' }).focus();
    await page.keyboard.press('ArrowRight');
    const selected = page.locator('[role=tab][aria-selected=true]');
    expect(await selected.innerText()).to.equal('Log');
    expect(await selected.evaluate((tab) => tab.matches(':focus'))).to.equal(true);
    expect(new URL(page.url()).searchParams.get('tab')).to.equal('log');
  });

  it('copies also where browsers have no clipboard for pages, and says when it cannot', async () => {
    const page = await openRun(run(3));
    // As in a page of another host over http.
    await page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
    const button = page.getByRole('button', { name: /^copy the command/ }).first();
    const command = await button.getAttribute('title');
    await button.click();
    await button.getByText('copied', { exact: true }).waitFor();
    expect(await button.evaluate((one) => one.matches(':focus'))).to.equal(true);
    await page.getByRole('tab', { name: 'Log' }).click();
    const search = page.getByRole('searchbox', { name: 'Search in the log' });
    await search.focus();
    await page.keyboard.press('Control+V');
    expect(await search.inputValue()).to.equal(command);
    await page.evaluate('document.execCommand = () => false');
    await button.click();
    await button.getByText('not copied', { exact: true }).waitFor();
  });

  it('shows the log from its end as plain text, and searches it', async () => {
    const page = await openRun(`${run(3)}?tab=log`);
    const frame = page.locator('.log-frame');
    await frame.getByText('the end').waitFor();
    const rest = await frame.evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight);
    expect(rest).to.be.below(2);
    expect(await frame.textContent()).to.include('step 1\n<img src=x onerror=alert(1)>\n');
    await page.getByRole('searchbox', { name: 'Search in the log' }).fill('ONERROR');
    await page.getByText('1 found').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('1 of 1').waitFor();
    expect(await frame.evaluate((log) => log.scrollTop)).to.equal(0);
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has no serious problem of accessibility, ${colorScheme}`, async function () {
      this.timeout(60_000);
      const { page } = await open({ origin: dashboard.origin, colorScheme, bypassCSP: true });
      for (const query of ['', '?tab=log', '?tab=code', '?tab=environment', '?metric=loss']) {
        await page.goto(run(3) + query);
        await page.waitForSelector('.run-facts');
        await page.waitForLoadState('networkidle');
        await expectAccessible(page);
      }
    });
  }
});
