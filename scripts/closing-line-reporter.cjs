/**
 * Mocha's spec reporter, with the tests that passed only when repeated, and a last line of counts for scripts. A test
 * that fails is repeated once (`retries` in .mocharc.json): some depend on how long other processes keep a machine busy.
 */
const { reporters, Runner } = require('mocha');

module.exports = class ClosingLineReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const repeated = [];
    runner.on(Runner.constants.EVENT_TEST_RETRY, (test, error) => {
      repeated.push(`${test.fullTitle()}\n    ${String(error?.stack ?? error).replaceAll('\n', '\n    ')}`);
    });
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      if (repeated.length > 0) console.log(`Failed, and repeated:\n\n  ${repeated.join('\n\n  ')}\n`);
      console.log(`${passes} passed, ${failures} failed${pending > 0 ? `, ${pending} skipped` : ''}`);
    });
  }
};
