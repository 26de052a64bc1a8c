import { expect } from 'chai';
import { failureOf } from '../../testing/temporary-folder.test.support.js';
import { EarlyStop } from './early-stop.js';
import { earlyStopDirection } from './early-stop-flags.js';

const metric = { split: 'valid', name: 'loss', direction: undefined };
const request = { metric, patience: 2, minDelta: 0, restoreBest: false };

/** Observes these values at the steps 10, 20, …, and returns why and when it stopped. */
function stopAt(values: readonly number[], changes: Partial<typeof request> = {}) {
  let stopped: readonly [step: number, reason: string] | undefined;
  let step = 0;
  const early = new EarlyStop({ ...request, ...changes }, 'min', (reason) => {
    stopped ??= [step, reason];
  });
  for (const loss of values) {
    step += 10;
    early.observe(step, { valid: { loss } });
  }
  return { stopped, early };
}

describe('EarlyStop', () => {
  it('counts evaluations without an improvement, and starts again after one', () => {
    expect(stopAt([3, 4, 2, 2, 1]).stopped).to.equal(undefined);
    const reason = 'early stop: valid.loss did not improve on 2 (step 30) in 2 evaluations';
    expect(stopAt([3, 4, 2, 2, 5]).stopped).to.deep.equal([50, reason]);
  });

  it('NaN never counts as an improvement, also as the first value', () => {
    expect(stopAt([Number.NaN, 3, Number.NaN, 2]).stopped).to.equal(undefined);
    const reason = 'early stop: valid.loss was NaN in 2 evaluations';
    expect(stopAt([Number.NaN, Number.NaN]).stopped).to.deep.equal([20, reason]);
    expect(stopAt([Number.POSITIVE_INFINITY, 3, Number.POSITIVE_INFINITY]).early.bestStep).to.equal(20);
  });

  it('a change of exactly the smallest difference is no improvement', () => {
    expect(stopAt([3, 2.5, 2.5], { minDelta: 0.5 }).stopped?.[0]).to.equal(30);
    expect(stopAt([3, 2.25, 1.5], { minDelta: 0.5 }).stopped).to.equal(undefined);
  });

  it('continues from its saved state, except that of another metric, direction or difference', () => {
    const { state } = stopAt([Number.NaN, 3, 4]).early;
    const saved = JSON.parse(JSON.stringify(state));
    const restored = (changes: Partial<typeof request> = {}, direction: 'min' | 'max' = 'min') =>
      new EarlyStop({ ...request, ...changes }, direction, () => undefined, saved).state.earlyStop;
    expect(restored()).to.deep.equal(state.earlyStop);
    expect(restored({ minDelta: 0.1 })).to.deep.include({ best: 3, step: 20, waited: 0 });
    expect(restored({}, 'max')).to.deep.include({ step: null, waited: 0 });
    expect(restored({ metric: { ...metric, name: 'error' } })).to.deep.include({ step: null, waited: 0 });
    let reason: string | undefined;
    new EarlyStop(
      { ...request, patience: 1 },
      'min',
      (why) => {
        reason = why;
      },
      saved,
    );
    expect(reason).to.equal('early stop: valid.loss did not improve on 3 (step 20) in 1 evaluation');
  });

  it('needs a direction, and a metric that the evaluation reports', async () => {
    const score = { ...request, metric: { ...metric, name: 'score' } };
    const { message, hint } = await failureOf(async () => earlyStopDirection(score, {}));
    expect(message).to.equal(
      '--stop-early valid.score: it is unknown whether a lower or a higher valid.score is better.',
    );
    expect(hint).to.include('--stop-early valid.score:min');
    expect(earlyStopDirection(score, { score: 'max' })).to.equal('max');
    const early = new EarlyStop(score, 'max', () => undefined);
    const error = await failureOf(async () => early.observe(1, { valid: { loss: 1 } }));
    expect(error.message).to.equal('--stop-early valid.score: the evaluation does not report it.');
  });
});
