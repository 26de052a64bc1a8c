import type { Page } from 'playwright-core';
import { expectAccessible } from './accessibility.js';
import { describeInBrowser } from './browser.js';
import { type SharedDashboard, sharedDashboard } from './shared.js';

interface Place {
  readonly title: string;
  readonly path: string;
  /** Until then the page is not complete. */
  readonly ready: (page: Page) => Promise<void>;
  readonly expected?: RegExp;
}

const heading = (name: string | RegExp) => (page: Page) => page.getByRole('heading', { name }).first().waitFor();
const tab = (name: string) => async (page: Page) => {
  await page.getByRole('tab', { name: new RegExp(`^${name}`), selected: true }).waitFor();
  await page.getByRole('tabpanel').waitFor();
};
const table = (page: Page) => page.getByRole('table').first().waitFor();

const places: readonly Place[] = [
  { title: 'the list', path: '/', ready: table },
  { title: 'the list, grouped', path: '/?group=experiment', ready: table },
  {
    title: 'a list without a match',
    path: '/?where=experiment+=+none',
    ready: heading('No run matches'),
  },
  {
    title: 'a list with an invalid filter',
    path: '/?where=flags.x',
    ready: (page) => page.locator('#filter-error').waitFor(),
    expected: /400/,
  },
  ...['Checkpoints', 'Log', 'Code', 'Media', 'Parameters', 'Environment'].map((name) => ({
    title: `a run: ${name}`,
    path: `/run/results/toy/1?tab=${name.toLowerCase()}`,
    ready: tab(name),
  })),
  { title: 'a run that diverged', path: '/run/results/churn/57', ready: heading('churn/57') },
  { title: 'a damaged run', path: '/run/results/broken/1', ready: heading('broken/1') },
  {
    title: 'a run that is not there',
    path: '/run/results/none/1',
    ready: (page) => page.getByRole('alert').waitFor(),
    expected: /404/,
  },
  { title: 'a comparison', path: '/compare?runs=results/churn/1-12', ready: heading('What differs') },
  { title: 'sweeps', path: '/sweeps', ready: (page) => page.getByRole('link', { name: 'search' }).waitFor() },
  { title: 'a sweep', path: '/sweep/results/search', ready: heading('search') },
  { title: 'an unknown page', path: '/nothing', ready: heading('Nothing here') },
  {
    title: 'the help',
    path: '/',
    ready: async (page) => {
      await table(page);
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
];

describeInBrowser('accessibility, by axe-core', (open) => {
  let dashboard: SharedDashboard;
  before(async function () {
    this.timeout(120_000);
    dashboard = await sharedDashboard();
  });

  for (const { title, path, ready, expected } of places) {
    it(`${title} has no serious finding, light or dark`, async () => {
      const { page } = await open({ origin: dashboard.origin, ...(expected === undefined ? {} : { expected }) });
      await page.goto(`${dashboard.origin}${path}`);
      await ready(page);
      await expectAccessible(page);
      await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
      await expectAccessible(page, ['color-contrast', 'link-in-text-block']);
    });
  }

  it('the list has none on a phone', async () => {
    const { page } = await open({ origin: dashboard.origin, viewport: { width: 390, height: 844 } });
    await page.goto(dashboard.origin);
    await page.getByRole('listitem').first().waitFor();
    await expectAccessible(page);
  });
});
