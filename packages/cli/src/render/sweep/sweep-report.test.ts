import { expect } from 'chai';
import picocolors from 'picocolors';
import { renderSweepReport } from './sweep-report.js';
import { sweepView, viewedTrial } from './sweep-view.test.support.js';

const colors = picocolors.createColors(false);
const command = 'forge train --data-config data.ts --model-config model.ts --learning-rate 0.001234567 --hidden 64';
const trials = Array.from({ length: 15 }, (_, at) => viewedTrial(15 - at));
const report = {
  ...sweepView(trials, { status: 'completed' }),
  importance: { learningRate: 0.25, hidden: 0.75 },
  bestCommand: command,
};

function drawn(columns: number, of: Parameters<typeof renderSweepReport>[0] = report) {
  return renderSweepReport(of, { colors, columns, limit: 10, next: null });
}

describe('renderSweepReport', () => {
  it('has the best trials, the flags by importance, and the command, whole on every terminal', () => {
    for (const columns of [40, 80, 200]) {
      const text = drawn(columns);
      expect(text).to.include('\nBEST TRIALS, 10 of 15\n');
      expect(text.split('\n').filter((line) => /^ +\d+ +(completed +)?\d\.\d/.test(line))).to.have.length(10);
      expect(text).to.include(`\n\nTO TRAIN THE BEST AGAIN\n  ${command}`);
    }
    expect(drawn(80)).to.match(
      /^hidden +75 % +64 +64,128,192,256\nlearningRate +25 % +0\.001235 +log\(0\.00001\.\.0\.01\)$/m,
    );
  });

  it('says what has no room', () => {
    expect(drawn(40)).to.match(/^No room for [^:]*SPACE/m);
  });

  it('has no importance and no command before trials have completed', () => {
    const text = drawn(80, { ...report, trials: [], best: [], importance: null, bestCommand: null });
    expect(text).to.not.include('IMPORTANCE').and.not.include('BEST TRIALS').and.not.include('TO TRAIN');
    expect(text).to.include('\nFLAGS\nFLAG');
  });

  it('separates the Pareto front from the others', () => {
    const objectives = [...report.sweep.objectives, { metric: 'valid.auc', direction: 'max', value: 'last' } as const];
    const both = trials.map((trial) => ({ ...trial, values: [1, 2] }));
    const text = drawn(80, { ...report, sweep: { ...report.sweep, objectives }, trials: both, best: [3, 4] });
    expect(text).to.match(/\nPARETO FRONT\n.*\n {4}3 .*\n {4}4 .*\n\nOTHER TRIALS, 10 of 13\n/);
    expect(text).to.match(/^ {2}maximize +valid\.auc {2}last value of a run$/m);
  });
});
