import { expect } from 'chai';
import type { RunMetric } from '../../../protocol/run-view.js';
import { filterGroups, findPlot, plotGroups } from './plots.js';

function metric(address: string, direction: 'min' | 'max' | null = null): RunMetric {
  const dot = address.indexOf('.');
  return { address, split: address.slice(0, dot), name: address.slice(dot + 1), direction, last: 1, best: null };
}

const metrics = [
  metric('system.memory'),
  metric('train.memory'),
  metric('train.optimizer/learningRate'),
  metric('train.loss', 'min'),
  metric('train.optimizer/clipped'),
  metric('gradients.dense/kernel'),
  metric('valid.auc', 'max'),
  metric('valid.loss', 'min'),
];
const groups = plotGroups(metrics);

describe('plots of a run', () => {
  it('have all splits of a metric, in groups by the name before its slash', () => {
    expect(groups.map(({ name, plots }) => [name, ...plots.map(({ title }) => title)])).to.deep.equal([
      ['', 'loss', 'auc', 'memory'],
      ['optimizer', 'learningRate', 'clipped'],
      ['gradients', 'dense/kernel'],
      ['system', 'memory'],
    ]);
    expect(findPlot(groups, 'loss')?.metrics).to.deep.equal(['train.loss', 'valid.loss']);
    expect(findPlot(groups, 'system/memory')?.metrics).to.deep.equal(['system.memory']);
    expect(findPlot(groups, 'nothing')).to.equal(undefined);
  });

  it('mark the groups that say nothing of the model', () => {
    expect(groups.filter(({ isDiagnostic }) => isDiagnostic).map(({ name }) => name)).to.deep.equal([
      ...['gradients', 'system'],
    ]);
  });

  it('are found by words of their addresses', () => {
    const found = (filter: string) => filterGroups(groups, filter).flatMap(({ plots }) => plots.map(({ key }) => key));
    expect(found('LOSS')).to.deep.equal(['loss']);
    expect(found('train opt')).to.deep.equal(['optimizer/learningRate', 'optimizer/clipped']);
    expect(found('')).to.have.length(7);
    expect(found('nothing')).to.deep.equal([]);
  });
});
