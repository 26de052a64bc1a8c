import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Where systems install Chromium; `FORGE_CHROMIUM` names another place. */
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const program = [process.env.FORGE_CHROMIUM, ...places].find((path) => path !== undefined && existsSync(path));

/** A page of a browser, and what no page of ours may do. */
export interface OpenPage {
  readonly page: Page;
  /** Errors and warnings in the console, errors that nothing caught, and requests to other addresses than `origin`. */
  readonly problems: readonly string[];
}

export interface PageOptions extends BrowserContextOptions {
  /** The only address that requests may go to: `http://127.0.0.1:6464`. Default: none, as for a file. */
  readonly origin?: string;
  /** A problem that the test causes on purpose, such as the 400 of an invalid filter. */
  readonly expected?: RegExp;
}

export type Open = (options?: PageOptions) => Promise<OpenPage>;

/**
 * A `describe` whose tests have a real browser; without one they are skipped. Each test fails if one of its pages had a
 * problem.
 */
export function describeInBrowser(title: string, tests: (open: Open) => void): void {
  const missing = program === undefined ? 'Chromium is not installed: apt-get install chromium' : null;
  describe(missing === null ? title : `${title} (skipped: ${missing})`, () => {
    let browser: Browser;
    let contexts: BrowserContext[] = [];
    let opened: OpenPage[] = [];
    before('start the browser', async function () {
      if (program === undefined) return this.skip();
      this.timeout(60_000);
      browser = await startBrowser();
    });
    after('stop the browser', () => browser?.close());

    describe('in Chromium', function () {
      this.timeout(60_000);
      afterEach('close its pages', async function () {
        const problems = opened.flatMap((one) => one.problems);
        for (const context of contexts) await context.close();
        contexts = [];
        opened = [];
        if (this.currentTest?.state === 'passed' && problems.length > 0) throw new Error(problems.join('\n'));
      });
      tests(async ({ origin, expected, ...options } = {}) => {
        const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
        contexts.push(context);
        const page = await context.newPage();
        page.setDefaultTimeout(25_000);
        const one = { page, problems: watchProblems(page, origin, expected) };
        opened.push(one);
        return one;
      });
    });
  });
}

/** @throws Error if there is none */
export async function startBrowser(): Promise<Browser> {
  if (program === undefined) throw new Error(`No Chromium in ${places.join(', ')}.`);
  // A sandbox needs another user than root. Fonts are drawn the same on every machine.
  return chromium.launch({ executablePath: program, args: ['--no-sandbox', '--font-render-hinting=none'] });
}

function watchProblems(page: Page, origin: string | undefined, expected: RegExp | undefined): string[] {
  const problems: string[] = [];
  const found = (problem: string) => {
    if (expected?.test(problem) !== true) problems.push(problem);
  };
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) found(`Console: ${message.text()}`);
  });
  page.on('pageerror', (error) => found(`Not caught: ${error.stack ?? error.message}`));
  page.on('request', (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (['data:', 'blob:', 'file:'].includes(protocol) || asked === origin) return;
    found(`Request to ${request.url()}`);
  });
  page.on('dialog', (dialog) => {
    found(`Dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return problems;
}
