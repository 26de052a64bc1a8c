import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { writeCurveRuns } from '../cli/curve-runs.js';
import { expectAccessible } from './accessibility.js';
import { describeInBrowser } from './browser.js';
import { type Dashboard, startDashboard } from './dashboard.js';

describeInBrowser('comparisons and sweeps', (open) => {
  let dashboard: Dashboard;
  before('start the dashboard', async function () {
    this.timeout(60_000);
    const folder = await mkdtemp(join(tmpdir(), 'forge-ui-compare-'));
    const results = await writeCurveRuns(folder);
    for (const [number, hidden] of Object.entries({ 1: 32, 2: 64, 3: 128 })) {
      await changeFlag(join(results, 'digits', number), 'hidden', hidden);
    }
    await mkdir(join(results, 'search'));
    await writeFile(join(results, 'search', 'sweep.json'), JSON.stringify(sweepFile));
    dashboard = await startDashboard(folder, [results]);
  });
  after(() => dashboard?.stop());

  const comparison = '/compare?runs=curves/digits/1-3';
  const openPage = async (path: string): Promise<Page> => {
    const { page } = await open({ origin: dashboard.origin });
    await page.goto(dashboard.origin + path);
    return page;
  };
  const labels = (page: Page) => page.locator('.wide-table tbody th a').allInnerTexts();

  it('shows what differs, without what is equal', async () => {
    const page = await openPage(comparison);
    await page.getByRole('heading', { name: 'What differs' }).waitFor();
    const headers = (await page.locator('.wide-table thead th').allInnerTexts()).map((text) => text.trim());
    expect(headers).to.include('hidden');
    expect(headers).not.to.include('learningRate');
    await page.getByText(/also the \d+ that are equal/).click();
    await page.getByRole('columnheader', { name: 'engine', exact: false }).first().waitFor();
    expect(new URL(page.url()).searchParams.get('all')).to.equal('1');
  });

  it('hides a run everywhere by a click on its name, and Back shows it again', async () => {
    const page = await openPage(comparison);
    await page.locator('.legend-run', { hasText: 'digits/2' }).click();
    await page.getByText('2 of 3 runs shown').waitFor();
    expect(await labels(page)).to.have.members(['digits/1', 'digits/3']);
    expect(new URL(page.url()).searchParams.get('hidden')).to.equal('curves/digits/2');
    await page.goBack();
    await page.getByText('3 runs', { exact: true }).waitFor();
    expect(await labels(page)).to.have.length(3);
  });

  it('filters the runs by a range of a flag, which keys change', async () => {
    const page = await openPage(comparison);
    const axis = page.getByRole('slider', { name: 'Range of hidden' });
    await axis.scrollIntoViewIfNeeded();
    await axis.focus();
    for (const key of ['-', '-', 'ArrowUp', 'ArrowUp']) await page.keyboard.press(key);
    await page.getByText('2 of 3 runs shown', { exact: true }).waitFor();
    expect(await labels(page)).to.have.members(['digits/2', 'digits/3']);
    await page.keyboard.press('Delete');
    await page.getByText('3 runs', { exact: true }).waitFor();
  });

  it('sorts by a click on a header', async () => {
    const page = await openPage(comparison);
    const header = page.getByRole('columnheader', { name: 'hidden' });
    await header.getByRole('button').click();
    expect(await labels(page)).to.deep.equal(['digits/1', 'digits/2', 'digits/3']);
    await header.getByRole('button').click();
    expect(await labels(page)).to.deep.equal(['digits/3', 'digits/2', 'digits/1']);
  });

  it('lists sweeps, and says how to resume one', async () => {
    const page = await openPage('/sweeps');
    await page.getByRole('link', { name: 'search' }).click();
    await page.getByText('No trial has a value yet').waitFor();
    await page.getByText('forge sweep --resume search').first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Sweeps' }).waitFor();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`have no serious problem of accessibility, ${colorScheme}`, async () => {
      const { page } = await open({ origin: dashboard.origin, colorScheme, bypassCSP: true });
      for (const path of [comparison, `${comparison}&values=1&all=1`, '/sweeps', '/sweep/curves/search']) {
        await page.goto(dashboard.origin + path);
        await page.waitForLoadState('networkidle');
        await expectAccessible(page);
      }
    });
  }
});

async function changeFlag(run: string, name: string, value: number): Promise<void> {
  const file = join(run, 'flags.json');
  const { flags, ...rest } = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...rest, flags: { ...flags, [name]: { value, source: 'command line' } } }));
  const record = JSON.parse(await readFile(join(run, 'run.json'), 'utf8'));
  await writeFile(join(run, 'run.json'), JSON.stringify({ ...record, code: 'in-memory' }));
}

const sweepFile = {
  ...{ sweepVersion: 1, id: 'a1', name: 'search', created: '2030-01-01T00:00:00.000Z', command: ['forge', 'sweep'] },
  directory: '/project',
  space: { rate: { kind: 'float', low: 1e-5, high: 0.1, log: true, step: null, when: null } },
  objectives: [{ metric: 'valid.loss', direction: 'min', value: 'best' }],
  method: { name: 'tpe', options: {} },
  ...{
    seed: 0,
    halving: null,
    budget: { trials: 4, steps: null, hours: null },
    repeat: 1,
    retries: 0,
    failFast: false,
  },
  ...{ prune: { kind: 'none' }, launcher: { name: 'local', flags: {} }, workers: null },
};
