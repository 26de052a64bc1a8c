import { expect } from 'chai';
import type { Page, Request } from 'playwright-core';
import { describeInBrowser } from './browser.js';
import { isDrawn } from './drawn.js';
import { example } from './example-folder.js';
import { type SharedDashboard, sharedDashboard } from './shared.js';

describeInBrowser('the views of runs', (open) => {
  let dashboard: SharedDashboard;
  before(async function () {
    this.timeout(120_000);
    dashboard = await sharedDashboard();
  });

  const phone = { width: 390, height: 844 };
  const openPath = async (path: string, options = {}) => {
    const { page } = await open({ origin: dashboard.origin, ...options });
    await page.goto(`${dashboard.origin}${path}`);
    return page;
  };
  const chart = (page: Page, metric: string) => page.getByRole('application', { name: `Curves of ${metric}` });

  it('a run opens from the list, with its curves, facts and commands', async () => {
    const page = await openPath('/?where=experiment+=+toy');
    await page.getByRole('link', { name: 'toy/1' }).click();
    await page.getByRole('heading', { name: 'toy/1' }).waitFor();
    expect(new URL(page.url()).pathname).to.equal('/run/results/toy/1');
    await chart(page, 'loss').waitFor();
    await isDrawn(chart(page, 'loss'));
    await page.getByText('completed').first().waitFor();
    await page.getByText('forge eval').first().waitFor();
    await page.goBack();
    await page.getByRole('link', { name: 'toy/1' }).waitFor();
  });

  it('each tab of a run is an address', async () => {
    const page = await openPath('/run/results/toy/1');
    const contents = [
      ['Log', 'toy/1'],
      ['Code', 'points'],
      ['Media', 'The note at step 40.'],
      ['Parameters', 'layer0.weights'],
      ['Environment', 'node'],
      ['Checkpoints', '40'],
    ] as const;
    for (const [title, text] of contents) {
      await page.getByRole('tab', { name: new RegExp(`^${title}`) }).click();
      const panel = page.getByRole('tabpanel');
      await panel.getByText(text).first().waitFor();
      await page.reload();
      await panel.getByText(text).first().waitFor();
    }
  });

  it('a zoom asks for the curve within it, in all its detail, and is an address', async () => {
    const page = await openPath('/run/results/long/1');
    await isDrawn(chart(page, 'loss'));
    const asked: { readonly from: number | null; readonly to: number | null; readonly width: number }[] = [];
    page.on('request', (request: Request) => {
      if (request.url().endsWith('/api/curves')) asked.push(request.postDataJSON());
    });
    const { x, y, width, height } = (await chart(page, 'loss').boundingBox())!;
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width / 2 + 20, y + height / 2, { steps: 3 });
    await page.mouse.up();
    await page.waitForURL(/zoom=/);
    await expectSoon(() => asked.some(({ from, to }) => from !== null && to !== null && to - from < 2_000));
    const zoomed = page.url();
    await isDrawn(chart(page, 'loss'));
    await page.reload();
    await isDrawn(chart(page, 'loss'));
    expect(page.url()).to.equal(zoomed);
    await page.getByRole('button', { name: 'Show all', exact: true }).click();
    expect(page.url()).to.not.include('zoom=');
  });

  it('a zoom leaves the curves where they are', async () => {
    const page = await openPath('/run/results/toy/1', { viewport: { width: 1200, height: 800 } });
    await isDrawn(chart(page, 'loss'));
    const before = (await chart(page, 'loss').boundingBox())!;
    await chart(page, 'loss').focus();
    await page.keyboard.press('+');
    await page.getByRole('button', { name: 'show all', exact: true }).first().waitFor();
    expect(await chart(page, 'loss').boundingBox()).to.deep.equal(before);
  });

  it('a comparison shows curves, what differs and how, again after a reload', async () => {
    const path = `/compare?runs=results/churn/${example.second},${example.best}`;
    const page = await openPath(path);
    const differs = page.getByRole('region', { name: 'What differs' });
    const look = async () => {
      await differs.getByRole('columnheader', { name: /dropout/ }).waitFor();
      expect(await differs.getByRole('columnheader', { name: /hidden/ }).count()).to.equal(0);
      await isDrawn(page.getByRole('application').first());
      return differs.innerText();
    };
    const text = await look();
    expect(text).to.include('0.3').and.to.include('0.1');
    await page.reload();
    expect(await look()).to.equal(text);
  });

  it('a comparison of many runs has their flags against a metric', async () => {
    const page = await openPath('/compare?runs=results/churn/1-40');
    await page.getByRole('heading', { name: 'What differs' }).waitFor();
    await isDrawn(page.getByRole('application').first());
    await page.getByText('Parallel coordinates').first().waitFor();
  });

  it('sweeps are listed and opened', async () => {
    const page = await openPath('/');
    await page.getByRole('link', { name: 'Sweeps' }).click();
    await page.getByRole('link', { name: 'search' }).click();
    await page.getByRole('heading', { name: 'search' }).waitFor();
    await page.getByText('learningRate').first().waitFor();
    await page.reload();
    await page.getByText('learningRate').first().waitFor();
  });

  it('as many of the best trials of a sweep are compared as a person chooses', async () => {
    const page = await openPath('/sweep/results/search');
    await page.getByRole('link', { name: 'Compare the best 5' }).waitFor();
    await page.getByLabel('how many').fill('3');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Compare the best 3' }).waitFor();
    await page.reload();
    await page.getByRole('link', { name: 'Compare the best 3' }).click();
    await page.getByRole('heading', { name: 'What differs' }).waitFor();
    expect(await page.locator('.legend-run').count()).to.equal(3);
  });

  it('the axes of flags and metrics are logarithmic where a person chooses it, again after a reload', async () => {
    const page = await openPath('/compare?runs=results/churn/1-40&flag=hidden');
    const toggle = page.getByLabel('log x').last();
    const scatter = page.getByRole('img', { name: /by hidden of 40 runs/ });
    await toggle.scrollIntoViewIfNeeded();
    await scatter.waitFor();
    const before = await toggle.isChecked();
    await toggle.click();
    const title = before ? 'hidden' : 'hidden, log scale';
    await scatter.getByText(title, { exact: true }).waitFor();
    expect(new URL(page.url()).searchParams.get('scales')).to.equal(`hidden:${before ? 'linear' : 'log'}`);
    await page.reload();
    await toggle.scrollIntoViewIfNeeded();
    await scatter.getByText(title, { exact: true }).waitFor();
    expect(await toggle.isChecked()).to.equal(!before);
    // The same flag has the same axis in the other figure.
    const axis = page.locator('.parallel-name title', { hasText: before ? /^hidden$/ : /^hidden \(log\)$/ });
    expect(await axis.count()).to.equal(1);
  });

  it('addresses of nothing say so', async () => {
    const page = await openPath('/nothing');
    await page.getByRole('heading', { name: 'Nothing here' }).waitFor();
    const other = await openPath('/run/results/none/1', { expected: /404/ });
    await other.getByRole('alert').waitFor();
  });

  it('a damaged run says what is wrong, and the command that checks it', async () => {
    const page = await openPath('/run/results/broken/1');
    await page
      .getByText(/not valid JSON/)
      .first()
      .waitFor();
    await page.getByText('forge runs verify').first().waitFor();
  });

  it('a crashed run says so, and the command that resumes it', async () => {
    const page = await openPath('/run/results/crash/1');
    await page.getByText('crashed').first().waitFor();
    await page
      .getByText(/forge train --resume/)
      .first()
      .waitFor();
  });

  for (const [title, path, ready] of [
    ['the list', '/', (page: Page) => page.getByRole('listitem').first().waitFor()],
    ['a run', '/run/results/toy/1', (page: Page) => isDrawn(chart(page, 'loss'))],
    [
      'a comparison',
      '/compare?runs=results/churn/1-9',
      (page: Page) => page.getByRole('heading', { name: 'What differs' }).waitFor(),
    ],
    ['a sweep', '/sweep/results/search', (page: Page) => page.getByText('learningRate').first().waitFor()],
  ] as const) {
    it(`${title} fits a phone`, async () => {
      const page = await openPath(path, { viewport: phone, hasTouch: true, isMobile: true });
      await ready(page);
      const widths = await page.evaluate<number[]>('[document.documentElement.scrollWidth, innerWidth]');
      expect(widths[0], widths.join(' > ')).to.be.at.most(phone.width);
    });
  }

  it('the bar below the list fits a phone, with and without selected runs', async () => {
    for (const path of ['/', '/?where=experiment+=+churn&group=configuration', '/?selected=results/churn/1-9']) {
      const page = await openPath(path, { viewport: phone, hasTouch: true, isMobile: true });
      await page.getByRole('listitem').first().waitFor();
      const bar = page.locator('.list-bar');
      const [inner, outer] = await bar.evaluate((one) => {
        const { scrollWidth, clientWidth } = one as unknown as { scrollWidth: number; clientWidth: number };
        return [scrollWidth, clientWidth] as const;
      });
      expect(inner, path).to.be.at.most(outer);
      for (const one of await bar.locator('button, select, a').all()) {
        if (!(await one.isVisible())) continue;
        const box = (await one.boundingBox())!;
        expect(box.x + box.width, `${path} ${await one.innerText()}`).to.be.at.most(phone.width);
      }
    }
  });

  it('a run on a phone has its curves before its facts', async () => {
    const page = await openPath('/run/results/toy/1', { viewport: phone, hasTouch: true, isMobile: true });
    await isDrawn(chart(page, 'loss'));
    await page.evaluate('scrollTo(0, 0)');
    const [curves, facts] = await Promise.all(
      ['Curves', 'Facts'].map(async (label) => (await page.getByLabel(label, { exact: true }).boundingBox())!),
    );
    expect(curves!.y).to.be.below(160);
    expect(facts!.y).to.be.at.least(curves!.y + curves!.height);
  });

  it('runs are filtered, selected and compared on a phone', async () => {
    const page = await openPath('/', { viewport: phone, hasTouch: true, isMobile: true });
    await page.getByRole('combobox', { name: 'Filter' }).fill('experiment = churn');
    await page.getByText('200 of 209 match').waitFor();
    await page.getByRole('checkbox', { name: 'Select churn/200' }).tap();
    await page.getByRole('checkbox', { name: 'Select churn/199' }).tap();
    await page.getByRole('link', { name: /compare/ }).tap();
    await page.getByRole('heading', { name: 'What differs' }).waitFor();
  });
});

async function expectSoon(holds: () => boolean): Promise<void> {
  for (let wait = 0; wait < 100 && !holds(); wait++) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(holds()).to.equal(true);
}
