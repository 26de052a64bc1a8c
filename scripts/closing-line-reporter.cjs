/** Mocha's spec reporter, with every skipped case's reason listed and one plain closing line for scripts. */
const { reporters, Runner } = require('mocha');

module.exports = class ClosingLineReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      console.log(`${passes} passed, ${failures} failed${pending > 0 ? `, ${pending} skipped` : ''}`);
    });
  }
};
