import { expect } from 'chai';
import { comparedMetric, threeRuns } from './comparison.test.support.js';
import { metricPlots, rankedMetrics } from './metric-plots.js';

describe('metrics of compared runs', () => {
  it('are plots of all splits: quality first, then those of most runs, the machine last', () => {
    const optimizer = comparedMetric('train.optimizer/learningRate', null, [null, null, null], [1, 1, 1]);
    const plots = metricPlots([optimizer, ...threeRuns.metrics]);
    expect(plots.map(({ key, group, runs }) => [key, group, runs])).to.deep.equal([
      ['loss', '', 3],
      ['auc', '', 3],
      ['optimizer/learningRate', 'optimizer', 3],
      ['system/memory', 'system', 3],
    ]);
    expect(plots[0]!.metrics.map(({ address }) => address)).to.deep.equal(['train.loss', 'valid.loss']);
  });

  it('rank by what more runs can be compared by', () => {
    const ranked = rankedMetrics(threeRuns.metrics).map(({ address }) => address);
    expect(ranked).to.deep.equal(['valid.auc', 'valid.loss', 'train.loss', 'system.memory']);
  });
});
