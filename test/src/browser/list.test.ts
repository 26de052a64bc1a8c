import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { describeInBrowser, type Open } from './browser.js';
import { example } from './example-folder.js';
import { type SharedDashboard, sharedDashboard } from './shared.js';

/** The labels of the rows in view, from above. */
async function shownRuns(page: Page): Promise<string[]> {
  return page.locator('tr[data-line] th a').allInnerTexts();
}

describeInBrowser('the list of runs', (open: Open) => {
  let dashboard: SharedDashboard;
  before(async function () {
    this.timeout(120_000);
    dashboard = await sharedDashboard();
  });

  const openList = async (path = '/', expected = /^$/) => {
    const { page } = await open({ origin: dashboard.origin, expected });
    await page.goto(`${dashboard.origin}${path}`);
    await page.getByRole('table').waitFor();
    return page;
  };
  const filter = (page: Page) => page.getByRole('combobox', { name: 'Filter' });
  const count = (page: Page) => page.locator('.matching');

  it('has a row for each run, the newest first, with its status', async () => {
    const page = await openList();
    await page.getByText('209 runs').waitFor();
    const rows = await shownRuns(page);
    const churn = rows.filter((label) => label.startsWith('churn/'));
    expect(churn.slice(0, 3)).to.deep.equal(['churn/200', 'churn/199', 'churn/198']);
    expect(rows.indexOf('toy/1')).to.be.within(0, rows.indexOf('churn/200'));
    await filter(page).fill('status = damaged');
    await page.getByRole('row', { name: /broken\/1.*damaged/ }).waitFor();
    await filter(page).fill('status = crashed');
    await page.getByRole('row', { name: /crash\/1.*crashed/ }).waitFor();
  });

  it('filters by an expression, which the address keeps', async () => {
    const page = await openList();
    await filter(page).fill('experiment = churn and flags.hidden = 64');
    await count(page)
      .getByText(/^\d+ of 209 match/)
      .waitFor();
    const first = await count(page).innerText();
    expect(new URL(page.url()).searchParams.get('where')).to.equal('experiment = churn and flags.hidden = 64');
    await page.reload();
    await page.getByRole('table').waitFor();
    expect(await count(page).innerText()).to.equal(first);
    expect(await filter(page).inputValue()).to.equal('experiment = churn and flags.hidden = 64');
  });

  it('says what is wrong with an expression, and keeps the rows', async () => {
    const page = await openList('/', /400 \(Bad Request\)/);
    const before = await shownRuns(page);
    await filter(page).fill('flags.hidden >');
    await filter(page).press('Enter');
    const message = page.locator('#filter-error');
    await message.waitFor();
    expect(await message.innerText()).to.include('Expected a value');
    expect(await filter(page).getAttribute('aria-invalid')).to.equal('true');
    expect(await shownRuns(page)).to.deep.equal(before);
    await filter(page).fill('flags.hiden = 64');
    await message.getByText('Did you mean flags.hidden?').waitFor();
  });

  it('says that nothing matches, with the nearest name, and shows all again', async () => {
    const page = await openList();
    await filter(page).fill('experiment = chrun');
    await page.getByRole('heading', { name: 'No run matches' }).waitFor();
    await page.locator('.empty').getByText('churn').waitFor();
    await page.getByRole('button', { name: 'Show all runs' }).click();
    await page.getByRole('table').waitFor();
    expect(await filter(page).inputValue()).to.equal('');
  });

  it('sorts by a column, and back', async () => {
    const page = await openList('/?where=experiment+=+churn');
    const header = page.getByRole('columnheader', { name: 'valid.auc', exact: false }).getByRole('button');
    await header.click();
    await page.locator('tr[data-line="0"]').getByText(`churn/${example.best}`).waitFor();
    const sort = new URL(page.url()).searchParams.get('sort');
    expect(sort).to.include('valid.auc');
    await page.goBack();
    await page.locator('tr[data-line="0"]').getByText('churn/200').waitFor();
  });

  it('groups runs, and shows those of a group', async () => {
    const page = await openList();
    await page.getByRole('combobox', { name: 'group by' }).selectOption('experiment');
    const group = page.getByRole('button', { name: /toy/ });
    await group.waitFor();
    await group.click();
    await page.getByRole('link', { name: 'toy/1' }).waitFor();
    await page.reload();
    await page.getByRole('link', { name: 'toy/1' }).waitFor();
    await page.getByRole('combobox', { name: 'group by' }).selectOption('configuration');
    await page.getByText(/\d+ configurations/).waitFor();
  });

  it('shows the whole name of a configuration, what differs most first', async () => {
    const page = await openList('/?where=experiment+=+churn&group=configuration');
    const name = page.locator('button.expand').first();
    await name.waitFor();
    const flags = (await name.locator('.group-flag').allInnerTexts()).map((text) => text.split(' ')[0]);
    expect(flags).to.deep.equal(['dropout', 'learningRate', 'hidden']);
    const widths = await name.evaluate((one) => {
      const { scrollWidth, clientWidth } = one as unknown as { scrollWidth: number; clientWidth: number };
      return [scrollWidth, clientWidth] as const;
    });
    expect(widths[0], 'cut').to.be.at.most(widths[1]);
    expect(await name.locator('[title]').getAttribute('title')).to.match(/^dropout \S+, learningRate \S+, hidden \d+$/);
  });

  it('shows the columns that are chosen', async () => {
    const page = await openList();
    await page.getByRole('button', { name: /^columns/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await dialog.getByRole('checkbox', { name: 'step', exact: true }).click();
    await dialog.getByRole('checkbox', { name: 'hidden' }).click();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('columnheader', { name: 'step', exact: true }).waitFor();
    expect(await page.getByRole('columnheader', { name: 'hidden' }).count()).to.equal(0);
    await page.reload();
    await page.getByRole('columnheader', { name: 'step', exact: true }).waitFor();
  });

  it('keeps the selection in the address, for Back and a reload, and compares it', async () => {
    const page = await openList('/?where=experiment+=+churn');
    await page.getByRole('checkbox', { name: 'Select churn/200' }).click();
    await page.getByRole('checkbox', { name: 'Select churn/198' }).click();
    await page.getByText('2 selected').waitFor();
    expect(new URL(page.url()).searchParams.get('selected')).to.equal('results/churn/198,200');
    await page.reload();
    await page.getByText('2 selected').waitFor();
    await page.getByRole('link', { name: /^compare/ }).click();
    expect(new URL(page.url()).pathname).to.equal('/compare');
    await page.goBack();
    await page.getByText('2 selected').waitFor();
    expect(await page.getByRole('checkbox', { name: 'Select churn/198' }).isChecked()).to.equal(true);
  });

  it('is light and dark as a person or their system chooses, also after a reload', async () => {
    const { page } = await open({ origin: dashboard.origin, colorScheme: 'dark' });
    await page.goto(dashboard.origin);
    await page.getByRole('table').waitFor();
    const background = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const dark = await background();
    await page.getByRole('combobox', { name: 'Theme' }).selectOption('light');
    const light = await background();
    expect(light).to.not.equal(dark);
    await page.reload();
    await page.getByRole('table').waitFor();
    expect(await background()).to.equal(light);
    await page.getByRole('combobox', { name: 'Theme' }).selectOption('dark');
    expect(await background()).to.equal(dark);
  });

  it('is used with keys alone', async () => {
    const page = await openList();
    await page.keyboard.press('/');
    await page.keyboard.type('experiment = churn');
    await page.keyboard.press('Enter');
    await count(page).getByText('200 of 209 match').waitFor();
    const cursor = () => page.locator('tr.cursor a').innerText();
    await page.locator('tr.cursor').waitFor();
    const first = await cursor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    expect([first, await cursor()]).to.deep.equal(['churn/200', 'churn/199']);
    await page.keyboard.press('x');
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.getByText('2 selected').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByText('2 selected').waitFor();
    await page.keyboard.press('c');
    await page.waitForURL(/\/compare\?runs=results\/churn\/198-199/);
    await page.goBack();
    await page.getByText('2 selected').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('2 selected').waitFor({ state: 'detached' });
    await page.keyboard.press('j');
    const run = await cursor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: run }).waitFor();
  });
});
