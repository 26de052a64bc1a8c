import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { forge } from '../cli/forge-process.js';
import { expectAccessible } from './accessibility.js';
import { describeInBrowser } from './browser.js';
import { isDrawn } from './drawn.js';
import { type SharedDashboard, sharedDashboard } from './shared.js';

describeInBrowser('a report, opened from disk', (open) => {
  let folder: string;
  let dashboard: SharedDashboard;
  before(async function () {
    this.timeout(120_000);
    dashboard = await sharedDashboard();
    folder = await mkdtemp(join(tmpdir(), 'forge-report-'));
  });
  after(() => rm(folder, { recursive: true }));

  const write = async (name: string, ...runs: string[]) => {
    const out = join(folder, name);
    const words = ['report', ...runs.map((run) => join(dashboard.results, run)), '--out', out];
    const { status, stderr } = await forge(words, { cwd: folder });
    expect(status, stderr).to.equal(0);
    return out;
  };

  for (const [title, name, runs] of [
    ['of a run', 'run.html', ['toy/1']],
    ['of a comparison', 'comparison.html', ['churn/142', 'churn/77', 'churn/3']],
  ] as const) {
    it(`${title} draws its curves in both themes, asks for nothing, and has no serious finding`, async () => {
      const out = await write(name, ...runs);
      expect((await stat(out)).size).to.be.below(2_000_000);
      for (const colorScheme of ['light', 'dark'] as const) {
        const { page } = await open({ colorScheme });
        await page.goto(pathToFileURL(out).href);
        await page.locator('h1').first().waitFor();
        await isDrawn(page.getByRole('application').first());
        expect(await page.evaluate<string>('getComputedStyle(document.body).backgroundColor')).to.match(
          colorScheme === 'light' ? /rgb\(2\d\d, 2\d\d, 2\d\d\)/ : /rgb\(\d\d, \d\d, \d\d\)/,
        );
        await expectAccessible(page);
      }
    });
  }

  it('follows its links inside the file', async () => {
    const { page } = await open();
    await page.goto(pathToFileURL(join(folder, 'run.html')).href);
    await page.getByRole('tab', { name: /^Code/ }).click();
    await page.getByRole('tabpanel').getByText('model.ts').first().waitFor();
    await page.goBack();
    await page.getByRole('tab', { name: /^Checkpoints/, selected: true }).waitFor();
    await page.goto(pathToFileURL(join(folder, 'comparison.html')).href);
    await page.getByRole('link', { name: 'churn/142' }).first().click();
    await page.getByRole('heading', { name: 'churn/142' }).first().waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'What differs' }).waitFor();
  });
});
