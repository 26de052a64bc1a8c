import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { describeBackendConformance } from './backend-conformance.js';
import { toyBackend } from './toy-backend.js';

interface Report {
  readonly failures: readonly { readonly fullTitle: string }[];
  readonly passes: readonly { readonly fullTitle: string }[];
  readonly pending: readonly { readonly fullTitle: string }[];
}

/** Each fault, and the test that is there to find it. */
const foundBy = {
  'evaluate trains': 'changes nothing',
  'evaluate counts as a step': 'not even what comes after',
  'capture is no copy': 'is a copy',
  'captured aside too late': 'of the moment',
  'slots are not saved': 'momentum|stopped at a step',
  'restored by position': 'lose not a bit',
  'dropout forgets the step': 'dropout is random',
  'dropout counts by itself': 'stopped at a step',
  'half assigned when refused': 'nothing is assigned',
  'an empty optimizer map clears the slots': 'leaves the slots',
  'a tensor leaks each step': 'leave nothing behind',
  'the batch is scaled in place': 'leaves the batch as it was',
  'a report is used again': 'each report is its own',
  'a loss that is not a number is hidden': 'told as it is',
  'a number is reported once': 'the same names',
  'a parameter is not saved': 'all of a model',
  'parameters come in any order': 'in one order',
  'another width is cut off': 'another width',
  'disposed of twice, it lets go of two': 'leave nothing behind',
  'what was captured dies with its session': 'outlives its session',
  'artefacts are left out': 'handed through',
  'a refusal without a name': 'an error that names it',
  'what load throws is wrapped': 'comes out as it is',
  'any model will do': 'MODEL_INVALID',
  'the seed is not heard': 'another seed others',
  'each start computes other bits': 'started again',
  'a module of a path': 'by the names they import',
  'it hopes for another engine': 'among the usable',
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

  it('says why it leaves a test out, and takes no reason for a reason', () => {
    const left = report.pending.map(({ fullTitle }) => fullTitle);
    expect(left).to.not.deep.equal([]);
    for (const title of left) expect(title).to.match(/\((left out|cannot): .+\)$/);
    const options = {
      name: 'mine',
      backend: toyBackend,
      start: () => toyBackend.start({ searchFrom: [] }),
      model() {},
    };
    expect(() => describeBackendConformance({ ...options, cannot: { dropout: ' ' } })).to.throw('without a reason');
    const mistyped = { drop_out: 'it has none' } as Record<string, string>;
    expect(() => describeBackendConformance({ ...options, cannot: mistyped })).to.throw(
      'there is dropout, exact-resume',
    );
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
      ({ fullTitle }) =>
        /conformance: (.*?) (says what|training|numbers|seeds and|capturing|restoring|mistakes and|letting go)/.exec(
          fullTitle,
        )?.[1],
    );
    expect([...new Set(shown)].sort()).to.deep.equal(Object.keys(foundBy).sort());
  });
});
