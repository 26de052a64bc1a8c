import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { forge, type Started, startForge } from '../cli/forge-process.js';
import { describeInBrowser } from './browser.js';
import { type Dashboard, startDashboard } from './dashboard.js';
import { isDrawn } from './drawn.js';
import { changeRecord } from './example-folder.js';
import { until } from './until.js';

const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];
const often = ['--report-every', '1', '--eval-every', '5'];

describeInBrowser('pages beside a training', (open) => {
  let cwd: string;
  let dashboard: Dashboard;
  let training: Started | undefined;
  /** Of the run: another one when a test is repeated. */
  let name: string;
  let count = 0;
  before(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'forge-live-'));
    await writeToyProject(cwd);
    const { status, stderr } = await forge(['train', ...configs, '--run-name', 'toy', '--steps', '5'], { cwd });
    expect(status, stderr).to.equal(0);
    dashboard = await startDashboard(cwd);
  });
  beforeEach(() => {
    count++;
    name = `live-${count}`;
  });
  afterEach(async () => {
    training?.child.kill('SIGKILL');
    await training?.finished;
    training = undefined;
  });
  after(async () => {
    await dashboard.stop();
    await rm(cwd, { recursive: true });
  });

  const train = (steps: number, msPerStep: number) => {
    const words = ['--run-name', name, '--steps', String(steps), '--ms-per-step', String(msPerStep), ...often];
    training = startForge(['train', ...configs, ...words], { cwd });
    return training;
  };
  const openPath = async (path: string, expected = /^$/) => {
    const { page } = await open({ origin: dashboard.origin, expected });
    await page.goto(`${dashboard.origin}${path}`);
    return page;
  };
  /** Waits for another text of a part of the page. */
  const changed = async (page: Page, selector: string) => {
    const part = `document.querySelector(${JSON.stringify(selector)})?.textContent`;
    const text = await page.evaluate<string>(part);
    await until(page, `${part} !== ${JSON.stringify(text)}`);
  };

  it('the list, the run and a comparison follow it to its end without a reload', async () => {
    const list = await openPath('/');
    await list.getByRole('link', { name: 'toy/1' }).waitFor();
    const { finished } = train(150, 100);
    await list.getByRole('row', { name: new RegExp(`${name}/1.*running`) }).waitFor();
    await list.getByText('1 running').waitFor();
    const run = await openPath(`/run/results/${name}/1?tab=log`);
    const compare = await openPath(`/compare?runs=results/${name}/1,results/toy/1`);
    await isDrawn(run.getByRole('application', { name: 'Curves of loss' }));
    await isDrawn(compare.getByRole('application').first());
    await changed(list, 'tr[data-line="0"]');
    await changed(run, '.chart-legend');
    // What readers hear of a chart who do not see it.
    await changed(compare, 'figure.chart p.only-read');
    await run.getByRole('tabpanel').getByText(/loss/).first().waitFor();
    expect((await finished).status).to.equal(0);
    await list
      .getByRole('row', { name: `${name}/1` })
      .getByTitle('completed')
      .waitFor({ state: 'attached' });
    await run.getByText('completed').first().waitFor();
    await compare
      .getByRole('row', { name: `${name}/1` })
      .getByTitle('completed')
      .waitFor({ state: 'attached' });
  });

  it('a line on disk is on the page in time', async () => {
    const folder = join(cwd, 'results', 'toy', '1');
    // Runs of this process count as running.
    await changeRecord(folder, (record) => ({
      ...record,
      ...{ status: 'running', ended: null },
      process: { ...(record.process as object), ...ownProcess() },
    }));
    const page = await openPath('/run/results/toy/1');
    await isDrawn(page.getByRole('application', { name: 'Curves of loss' }));
    const times: number[] = [];
    for (let round = 0; round < 8; round++) {
      const value = 0.1111 + round / 1000;
      const shown = until(page, `document.querySelector('.chart-legend')?.innerText.includes('${value.toFixed(4)}')`);
      await page.waitForTimeout(250);
      const line = { step: 6 + round, epoch: 0, time: Date.now(), split: 'train', values: { loss: value } };
      const start = performance.now();
      await appendFile(join(folder, 'metrics.jsonl'), `${JSON.stringify(line)}\n`);
      await shown;
      times.push(performance.now() - start);
    }
    const median = times.sort((a, b) => a - b)[times.length >> 1]!;
    console.log(
      `        a line reaches the page after ${median.toFixed(0)} ms (median; most ${times.at(-1)!.toFixed(0)} ms)`,
    );
    // The bar is 300 ms; other processes may work at the same time.
    expect(median).to.be.below(600);
  });

  it('a killed dashboard leaves the run alone, and its pages recover when it is started again', async () => {
    const { finished } = train(120, 100);
    const page = await openPath('/', /ERR_|Failed to load resource/);
    await page.getByRole('row', { name: new RegExp(`${name}/1.*running`) }).waitFor();
    const run = await openPath(`/run/results/${name}/1`, /ERR_|Failed to load resource/);
    await isDrawn(run.getByRole('application', { name: 'Curves of loss' }));
    const { child } = dashboard.started;
    child.kill('SIGKILL');
    await dashboard.started.finished;
    await page.getByText(/The dashboard does not answer/).waitFor();
    await run.getByText(/The dashboard does not answer/).waitFor();
    dashboard = await startDashboard(cwd, [], { port: Number(new URL(dashboard.origin).port) });
    await page.getByText(/The dashboard does not answer/).waitFor({ state: 'detached', timeout: 20_000 });
    await run.getByText(/The dashboard does not answer/).waitFor({ state: 'detached', timeout: 20_000 });
    expect((await finished).status).to.equal(0);
    await page
      .getByRole('row', { name: `${name}/1` })
      .getByTitle('completed')
      .waitFor({ state: 'attached' });
    await run.getByText('completed').first().waitFor();
    const folder = join(cwd, 'results', name, '1');
    expect(JSON.parse(await readFile(join(folder, 'run.json'), 'utf8'))).to.include({ status: 'completed', step: 120 });
    const lines = (await readFile(join(folder, 'metrics.jsonl'), 'utf8')).trimEnd().split('\n');
    const steps = lines.map((line) => JSON.parse(line)).filter(({ split }) => split === 'train');
    expect(steps.map(({ step }) => step)).to.deep.equal(Array.from({ length: 120 }, (_, at) => at + 1));
    const { status, stdout } = await forge(['runs', 'verify', `${name}/1`, '--deep'], { cwd });
    expect(status, stdout).to.equal(0);
  });
});

function ownProcess(): object {
  return { pid: process.pid, startTime: Date.now() - 1000 * process.uptime(), birth: undefined };
}
