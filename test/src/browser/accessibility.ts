import axe from 'axe-core';
import { expect } from 'chai';
import type { Page } from 'playwright-core';

/** Fails for findings of axe-core that are serious or critical. @param rules default: all */
export async function expectAccessible(page: Page, rules?: readonly string[]): Promise<void> {
  // Colors in the middle of a transition are not those that a person sees.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.evaluate(axe.source);
  const options = rules === undefined ? {} : { runOnly: { type: 'rule', values: rules } };
  const found = await page.evaluate<readonly axe.Result[]>(
    `axe.run(document, ${JSON.stringify({ ...options, resultTypes: ['violations'] })}).then(({ violations }) => violations)`,
  );
  const serious = found.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  const lines = serious.flatMap(({ id, help, nodes }) =>
    nodes.slice(0, 3).map((node) => `${id}: ${help}: ${node.html}\n${node.failureSummary ?? ''}`),
  );
  expect(lines, page.url()).to.deep.equal([]);
}
