import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { forge } from '../cli/forge-process.js';
import { attack, removeAttacks, shortAttack, writeAttacks } from './attacks.js';
import { describeInBrowser } from './browser.js';
import { type Dashboard, startDashboard } from './dashboard.js';
import { until } from './until.js';

/** Nothing ran, no element was made of a text. */
async function expectHarmless(page: Page): Promise<void> {
  expect(await page.evaluate('window.attacked')).to.equal(undefined);
  const made = 'document.querySelectorAll("img[src=x], [onerror], [onload], svg[onload]").length';
  expect(await page.evaluate(made), page.url()).to.equal(0);
}

describeInBrowser('runs with script in their texts', (open) => {
  let results: string;
  let dashboard: Dashboard;
  let root: string;
  before(async function () {
    this.timeout(120_000);
    results = await writeAttacks();
    dashboard = await startDashboard(join(results, '..'), [results]);
    const overview = await (await fetch(`${dashboard.origin}/api/overview`)).json();
    root = encodeURIComponent((overview as { folders: { name: string }[] }).folders[0]!.name);
  });
  after(async () => {
    await dashboard?.stop();
    await removeAttacks(results);
  });

  const attacks = (...places: string[]) => places.map(attack);
  const cases: readonly { readonly at: () => string; readonly texts: readonly string[] }[] = [
    { at: () => '/', texts: attacks('name', 'tag', 'reason') },
    { at: () => '/?columns=flags.hidden&group=configuration', texts: [] },
    {
      at: () => `/run/${root}/toy/1`,
      texts: attacks('name', 'note', 'tag', 'reason', 'flag', 'value', 'split', 'engine'),
    },
    { at: () => `/run/${root}/toy/1?tab=log`, texts: attacks('log') },
    {
      at: () => `/run/${root}/toy/1?tab=media`,
      texts: [...attacks('text', 'column', 'cell'), shortAttack('image'), shortAttack('histogram')],
    },
    { at: () => `/run/${root}/toy/1?tab=environment`, texts: attacks('host', 'directory', 'package', 'version') },
    { at: () => `/compare?runs=${root}/toy/1-2`, texts: [] },
    { at: () => '/sweeps', texts: [] },
    { at: () => `/sweep/${root}/search`, texts: attacks('parameter') },
  ];
  for (const { at, texts } of cases) {
    it(`run nothing: ${at().replace('undefined', 'results')}`, async () => {
      const { page } = await open({ origin: dashboard.origin });
      await page.goto(`${dashboard.origin}${at()}`);
      await page.locator('main h1').waitFor({ state: 'attached' });
      for (const text of texts) await until(page, `document.body.textContent.includes(${JSON.stringify(text)})`);
      await page.waitForTimeout(300);
      await expectHarmless(page);
    });
  }

  it('run nothing: changed code and its diff', async () => {
    const { page } = await open({ origin: dashboard.origin });
    await page.goto(`${dashboard.origin}/run/${root}/toy/2?tab=code`);
    const panel = page.getByRole('tabpanel');
    await panel.getByText('points.ts', { exact: true }).first().click();
    await panel.getByText("attacked='code'").first().waitFor();
    await expectHarmless(page);
    await panel
      .getByText(/uncommitted|git\.diff/i)
      .first()
      .click();
    await panel.getByText("attacked='diff'").first().waitFor();
    await expectHarmless(page);
  });

  it('run nothing: what differs between the code of two runs', async () => {
    const { page } = await open({ origin: dashboard.origin });
    await page.goto(`${dashboard.origin}/compare?runs=${root}/toy/1-2`);
    await page.getByText("attacked='other-code'").first().waitFor();
    await expectHarmless(page);
  });

  for (const runs of [['toy/1'], ['toy/1', 'toy/2']]) {
    it(`run nothing in a report of ${runs.join(' and ')}`, async () => {
      const out = join(results, '..', `report-${runs.length}.html`);
      const words = ['report', ...runs.map((run) => join(results, run)), '--out', out];
      const { status, stderr } = await forge(words, { cwd: join(results, '..') });
      expect(status, stderr).to.equal(0);
      const { page } = await open();
      await page.goto(pathToFileURL(out).href);
      await page.locator('h1').first().waitFor();
      await until(page, `document.body.textContent.includes("attacked='")`);
      await page.waitForTimeout(300);
      await expectHarmless(page);
    });
  }
});
