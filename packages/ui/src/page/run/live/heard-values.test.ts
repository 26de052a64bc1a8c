import { expect } from 'chai';
import type { RunMetric, RunView } from '../../../protocol/run-view.js';
import { event } from '../../chart/curve.test.support.js';
import { heardMore, nothingHeard, withValues } from './heard-values.js';

function run(direction: RunMetric['direction'], best: RunMetric['best']): RunView {
  const metric = { address: 'valid.loss', split: 'valid', name: 'loss', direction, last: 4, best };
  return { step: 10, epoch: 1, metrics: [metric] } as unknown as RunView;
}

const best = { value: 2, step: 9 };
const first = event(0, 10, [
  [11, 3],
  [12, Number.NaN],
]);
const second = event(10, 20, [
  [13, 1],
  [14, 5],
]);

describe('the facts of a run while it trains', () => {
  it('have its newest step, and the best value in the direction of each metric', () => {
    const heard = heardMore(heardMore(nothingHeard, first), second);
    expect(withValues(run('min', best), heard)).to.include({ step: 14, epoch: 0 });
    expect(withValues(run('min', best), heard).metrics[0]!.best).to.deep.equal({ value: 1, step: 13 });
    expect(withValues(run('max', best), heard).metrics[0]!.best).to.deep.equal({ value: 5, step: 14 });
    expect(withValues(run('min', null), heard).metrics[0]!.best).to.deep.equal({ value: 1, step: 13 });
    expect(withValues(run(null, null), heard).metrics[0]!.best).to.equal(null);
  });

  it('keep what is better or later', () => {
    const heard = heardMore(nothingHeard, first);
    const later = { ...run('min', best), step: 20 };
    expect(withValues(later, heard)).to.deep.equal(later);
    expect(withValues(later, nothingHeard)).to.equal(later);
  });
});
