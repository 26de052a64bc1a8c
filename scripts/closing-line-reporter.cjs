/**
 * Mocha's spec reporter, with the tests that passed only when repeated, and a last line of counts for scripts. A test
 * that fails is repeated once (`retries` in .mocharc.json): some depend on how long other processes keep a machine busy.
 * FORGE_TEST_SUMMARY names a file for the failures and the seconds of each test file: the script that runs several
 * lanes prints them together at the end.
 */
const { writeFileSync } = require('node:fs');
const { relative } = require('node:path');
const { reporters, Runner } = require('mocha');

const describe = (test, error) =>
  `${test.fullTitle()}\n    ${String(error?.stack ?? error).replaceAll('\n', '\n    ')}`;

module.exports = class ClosingLineReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const summary = process.env.FORGE_TEST_SUMMARY;
    // Not for a mocha that a test starts.
    delete process.env.FORGE_TEST_SUMMARY;
    const repeated = [];
    runner.on(Runner.constants.EVENT_TEST_RETRY, (test, error) => {
      repeated.push(describe(test, error));
    });
    const failed = [];
    runner.on(Runner.constants.EVENT_TEST_FAIL, (test, error) => {
      failed.push(describe(test, error));
    });
    // Whole files, since much of their time is in hooks.
    const seconds = {};
    let started = 0;
    runner.on(Runner.constants.EVENT_SUITE_BEGIN, ({ parent }) => {
      if (parent?.root) started = performance.now();
    });
    runner.on(Runner.constants.EVENT_SUITE_END, ({ parent, file }) => {
      if (!parent?.root || file === undefined) return;
      const name = relative(process.cwd(), file);
      seconds[name] = (seconds[name] ?? 0) + (performance.now() - started) / 1000;
    });
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      if (summary !== undefined) writeFileSync(summary, JSON.stringify({ failed, seconds }));
      const { passes, failures, pending } = this.stats;
      if (repeated.length > 0) console.log(`Failed, and repeated:\n\n  ${repeated.join('\n\n  ')}\n`);
      console.log(`${passes} passed, ${failures} failed${pending > 0 ? `, ${pending} skipped` : ''}`);
    });
  }
};
