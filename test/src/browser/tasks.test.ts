import { expect } from 'chai';
import type { Locator } from 'playwright-core';
import { describeInBrowser } from './browser.js';
import { example } from './example-folder.js';
import { type SharedDashboard, sharedDashboard } from './shared.js';

const most = 4;

/** Clicks, and counts them. */
class Clicks {
  count = 0;

  async on(place: Locator): Promise<void> {
    this.count++;
    await place.click();
  }
}

describeInBrowser('what a person does', (open) => {
  let dashboard: SharedDashboard;
  before(async function () {
    this.timeout(120_000);
    dashboard = await sharedDashboard();
  });

  const start = async () => {
    const { page } = await open({ origin: dashboard.origin });
    await page.goto(dashboard.origin);
    await page.getByRole('table').waitFor();
    return { page, clicks: new Clicks() };
  };

  it('sees the best of 200 runs', async () => {
    const { page, clicks } = await start();
    await clicks.on(page.getByRole('columnheader', { name: 'valid.auc' }).getByRole('button'));
    const first = page.locator('tr[data-line="0"]');
    await first.getByText(`churn/${example.best}`).waitFor();
    await clicks.on(first.getByRole('link'));
    await page.getByRole('heading', { name: `churn/${example.best}` }).waitFor();
    expect(clicks.count).to.be.at.most(most);
  });

  it('sees what differs between the best and the second best', async () => {
    const { page, clicks } = await start();
    await clicks.on(page.getByRole('columnheader', { name: 'valid.auc' }).getByRole('button'));
    await page.locator('tr[data-line="0"]').getByText(`churn/${example.best}`).waitFor();
    await clicks.on(page.locator('tr[data-line="0"]').getByRole('checkbox'));
    await clicks.on(page.locator('tr[data-line="1"]').getByRole('checkbox'));
    await clicks.on(page.getByRole('link', { name: /compare/ }));
    const differs = page.getByRole('region', { name: 'What differs' });
    await differs.getByRole('columnheader', { name: /dropout/ }).waitFor();
    const text = await differs.innerText();
    expect(text).to.include(`churn/${example.best}`).and.to.include(`churn/${example.second}`);
    expect(await differs.getByRole('columnheader', { name: /learningRate/ }).count()).to.equal(0);
    expect(clicks.count).to.be.at.most(most);
  });

  it('sees where a run diverged, and its code then', async () => {
    const { page, clicks } = await start();
    const { number, step } = example.diverged;
    const status = page.getByRole('button', { name: /^status/ });
    await clicks.on(status);
    await clicks.on(status);
    await clicks.on(page.getByRole('link', { name: `churn/${number}`, exact: true }));
    await page.getByRole('heading', { name: `churn/${number}` }).waitFor();
    await page.getByText(`first NaN: train.loss at step ${step}`).waitFor();
    await clicks.on(page.getByRole('button', { name: 'Its code then' }));
    await page.getByRole('tabpanel').getByText('model.ts').first().waitFor();
    expect(clicks.count).to.be.at.most(most);
  });
});
