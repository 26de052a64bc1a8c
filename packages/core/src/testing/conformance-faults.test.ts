import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';

interface Report {
  readonly failures: readonly { readonly fullTitle: string }[];
  readonly passes: readonly { readonly fullTitle: string }[];
}

/** Each fault, and the test that is there to find it. */
const foundBy = {
  'evaluate trains': 'changes nothing',
  'evaluate counts as a step': 'not even what comes after',
  'capture is no copy': 'is a copy',
  'slots are not saved': 'momentum|stopped at a step',
  'restored by position': 'lose not a bit',
  'dropout forgets the step': 'dropout is random',
  'dropout counts by itself': 'stopped at a step',
  'half assigned when refused': 'nothing is assigned',
  'an empty optimizer map clears the slots': 'leaves the slots',
  'a tensor leaks each step': 'leave nothing behind',
  'the batch is scaled in place': 'leaves the batch as it was',
  'a refusal without a name': 'an error that names it',
};

describe('the conformance suite', () => {
  let report: Report;
  before(async () => {
    const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
    const child = fileURLToPath(new URL('./conformance-faults.test.child.js', import.meta.url));
    const args = [mocha, '--no-config', '--reporter', 'json', child];
    // Mocha exits with the number of failures: that is what is wanted here.
    const failed = await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 26 }).catch((error) => error);
    report = JSON.parse(failed.stdout) as Report;
  });

  for (const [fault, by] of Object.entries(foundBy)) {
    it(`finds out a backend in which ${fault}`, () => {
      const titles = report.failures.map(({ fullTitle }) => fullTitle).filter((title) => title.includes(`: ${fault} `));
      expect(
        titles.some((title) => new RegExp(by).test(title)),
        titles.join('\n') || 'no test failed',
      ).to.equal(true);
    });
  }

  it('has been shown every fault there is', () => {
    const shown = [...report.failures, ...report.passes].map(
      ({ fullTitle }) => /conformance: (.*?) (says|training|seeds|restoring|mistakes)/.exec(fullTitle)?.[1],
    );
    expect([...new Set(shown)].sort()).to.deep.equal(Object.keys(foundBy).sort());
  });
});
