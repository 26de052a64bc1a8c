import { expect } from 'chai';
import { comparedMetric, threeRuns } from '../choices/comparison.test.support.js';
import { bestRun, comparedColumns, parseSort, sortedBy, sortedRuns } from './compared-columns.js';

const { runs, metrics } = threeRuns;
const loss = metrics[1]!;
const columns = comparedColumns(threeRuns, loss, false);

describe('the table of a comparison', () => {
  it('has the metric and what differs, or everything', () => {
    expect(columns.map(({ title }) => title)).to.deep.equal(['best valid.loss', 'at step', 'hidden', 'seed', 'node']);
    expect(comparedColumns(threeRuns, loss, true).map(({ title }) => title)).to.include('batch');
    expect(comparedColumns(threeRuns, undefined, false)[0]!.title).to.equal('hidden');
  });

  it('has the last value of a metric without a best one', () => {
    expect(comparedColumns(threeRuns, metrics[0], false)[0]).to.include({ title: 'last train.loss', key: 'best' });
  });

  it('has the best run first, and those without a value last in both orders', () => {
    expect(sortedRuns(runs, columns, parseSort(null, 'min'))).to.deep.equal([1, 0, 2]);
    expect(sortedRuns(runs, columns, parseSort('best:max', 'min'))).to.deep.equal([0, 1, 2]);
    expect(sortedRuns(runs, columns, parseSort('versions.node:max', 'min'))).to.deep.equal([1, 0, 2]);
    expect(sortedRuns(runs, columns, parseSort('flags.hidden:min', 'min'))).to.deep.equal([2, 0, 1]);
    expect(sortedRuns(runs, columns, parseSort('run:max', 'min'))).to.deep.equal([2, 1, 0]);
  });

  it('sorts NaN as no value', () => {
    const metric = comparedMetric('valid.loss', 'min', [Number.NaN, 2, 1]);
    const sort = parseSort(null, 'min');
    expect(sortedRuns(runs, comparedColumns(threeRuns, metric, false), sort)).to.deep.equal([2, 1, 0]);
    expect(bestRun(metric, [0, 1, 2])).to.equal(2);
  });

  it('ignores an order that is none', () => {
    for (const text of ['best', ':min', 'best:up', '']) {
      expect(parseSort(text, 'max'), text).to.deep.equal({ key: 'best', first: 'max' });
    }
  });

  it('turns the order at a second click', () => {
    const first = sortedBy({ key: 'run', first: 'min' }, 'best', 'max');
    expect(first).to.deep.equal({ key: 'best', first: 'max' });
    expect(sortedBy(first, 'best', 'max')).to.deep.equal({ key: 'best', first: 'min' });
  });

  it('marks the best of the shown runs', () => {
    expect(bestRun(loss, [0, 1, 2])).to.equal(1);
    expect(bestRun(loss, [0, 2])).to.equal(0);
    expect(bestRun(metrics[0]!, [0, 1])).to.equal(undefined);
  });
});
