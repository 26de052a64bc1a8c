import { expect } from 'chai';
import type { RunView } from '../../../protocol/run-view.js';
import { withStatus } from './with-status.js';

const run = { id: 'results/churn/1', status: 'running', reason: null, step: 10, epoch: 1, seconds: 5, damage: null };
const view = run as unknown as RunView;
const event = { run: run.id, status: 'running', reason: null, step: 20, epoch: 2, seconds: 9, changed: false } as const;

describe('withStatus', () => {
  it('is the run as it is now', () => {
    expect(withStatus(view, undefined)).to.equal(view);
    expect(withStatus(view, event)).to.deep.equal({ ...view, step: 20, epoch: 2, seconds: 9 });
    const ended = withStatus(view, { ...event, status: 'failed', reason: 'NaN', seconds: null });
    expect(ended).to.include({ status: 'failed', reason: 'NaN', seconds: 5 });
  });

  it('does not turn back', () => {
    expect(withStatus({ ...view, step: 30 }, event).step).to.equal(30);
    expect(withStatus(view, { ...event, run: 'results/churn/2' })).to.equal(view);
  });
});
