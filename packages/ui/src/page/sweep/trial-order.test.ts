import { expect } from 'chai';
import { twoObjectives, wide } from './sweep.test.support.js';
import { bestRuns, parseTrialSort, sortedTrials, trialColumns } from './trial-order.js';

const columns = trialColumns(wide);
const order = (text: string | null) => {
  return sortedTrials(wide.trials, columns, parseTrialSort(text, columns, 1)).map(({ trial }) => trial);
};

describe('the trials of a sweep', () => {
  it('have their values, parameters, rungs and steps', () => {
    expect(columns.map(({ title }) => title)).to.deep.equal([
      ...['trial', 'state', 'valid.loss', 'rate', 'act', 'rungs', 'steps'],
    ]);
    const without = trialColumns({ ...wide, trials: wide.trials.slice(0, 2) });
    expect(without.map(({ title }) => title)).not.to.include('rungs');
  });

  it('have the best first, and those without a value last in both orders', () => {
    expect(order(null)).to.deep.equal([4, 1, 3, 2]);
    expect(order('value 0:max')).to.deep.equal([3, 1, 4, 2]);
    expect(order('trial:max')).to.deep.equal([4, 3, 2, 1]);
    expect(order('parameter 1:min')).to.deep.equal([1, 2, 4, 3]);
    expect(order('state:min')).to.deep.equal([1, 4, 3, 2]);
    expect(order('moon:min')).to.deep.equal(order(null));
  });

  it('of two objectives have no best: they are in their order', () => {
    const both = trialColumns(twoObjectives);
    expect(parseTrialSort(null, both, 2)).to.deep.equal({ key: 'trial', first: 'min' });
  });

  it('have runs to compare: the best, or those of the front', () => {
    expect(bestRuns(wide, 2)).to.deep.equal(['results/wide/4', 'results/wide/1']);
    expect(bestRuns(twoObjectives, 1)).to.deep.equal(['results/wide/1', 'results/wide/4']);
  });
});
