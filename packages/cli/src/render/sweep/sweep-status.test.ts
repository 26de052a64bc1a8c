import { expect } from 'chai';
import picocolors from 'picocolors';
import { widestOf } from '../../terminal/text-width.js';
import { renderSweepStatus } from './sweep-status.js';
import { sweepView, viewedTrial } from './sweep-view.test.support.js';

const colors = picocolors.createColors(false);
const long =
  'loss became Infinity at step 120: the learning rate is too high for this model, or its data is not scaled';
const view = sweepView([
  ...Array.from({ length: 9 }, (_, at) => viewedTrial(at + 1)),
  viewedTrial(10, { state: 'failed', values: null, reason: long }),
  ...[11, 12, 13].map((trial) => viewedTrial(trial, { state: 'running', values: null })),
  viewedTrial(14, { state: 'waiting', values: null, runs: [] }),
]);
const steps = new Map([[12, { step: 120, totalSteps: 500, last: 0.25 }]]);

function drawn(columns: number, rows = Number.POSITIVE_INFINITY, of = view) {
  return renderSweepStatus(of, { colors, columns, rows, steps, next: null, footer: 'q quits' });
}

describe('renderSweepStatus', () => {
  it('shows what was asked for, what is left, and the best, running and failed trials', () => {
    const text = drawn(100);
    expect(text).to.match(/^digits-sweep {2}running {2}\/home/);
    expect(text).to.match(/^ {2}trials +9 completed {2}1 failed {2}3 running {2}1 waiting$/m);
    expect(text).to.match(/^ {2}left +186 trials {2}about 1:00:00$/m);
    expect(text).to.match(/^ {2}best +valid\.loss 0\.1000 {2}trial 1 {2}learningRate 0\.001235 {2}hidden 64$/m);
    expect(text).to.match(/^BEST and 4 more$/m);
    expect(text).to.match(/^ {4}1 +completed +0\.1000 +0\.001235 +64 +digits-sweep\/1$/m);
    expect(text).to.match(/^ {3}12 +120\/500 +0\.2500 /m);
    expect(text).to.include('FAILED\n  10  loss became Infinity at step 120');
    expect(text).to.match(/\nq quits$/);
  });

  for (const columns of [40, 80, 200]) {
    it(`fits ${columns} columns, and breaks no number`, () => {
      const lines = drawn(columns).split('\n');
      // A path is copied, so it stays whole.
      expect(widestOf(lines.filter((line) => !line.includes('/home')))).to.be.at.most(columns);
      expect(lines.some((line) => /^ {4}1 .*0\.1000/.test(line))).to.equal(true);
    });
  }

  it('is no higher than the screen, which first has what runs', () => {
    for (let rows = 5; rows < 40; rows++) expect(drawn(80, rows).split('\n').length, String(rows)).to.be.at.most(rows);
    expect(drawn(80, 20)).to.include('RUNNING');
  });

  it('has the Pareto front of several objectives', () => {
    const objectives = [...view.sweep.objectives, { metric: 'valid.auc', direction: 'max', value: 'best' } as const];
    const trials = [1, 2, 3].map((trial) => viewedTrial(trial, { values: [trial / 10, trial / 5] }));
    const text = drawn(100, 50, { ...view, sweep: { ...view.sweep, objectives }, trials, best: [1, 3] });
    expect(text).to.match(/^ {2}best [^/]* and 1 more on the Pareto front$/m);
    const front = text.slice(text.indexOf('PARETO FRONT'));
    expect(front)
      .to.match(/^ {4}3 .*0\.3000 +0\.6000/m)
      .and.not.match(/^ {4}2 /m);
  });

  it('says what to type where no controller works on it', () => {
    const next = { why: 'To continue:', command: 'forge sweep --resume digits-sweep' };
    const text = renderSweepStatus(sweepView([]), { colors, columns: 40, rows: 40, steps, next });
    expect(text).to.match(/\n\nTo continue:\n {2}forge sweep --resume digits-sweep$/);
    expect(text).to.match(/^ {2}trials +none yet$/m);
  });
});
