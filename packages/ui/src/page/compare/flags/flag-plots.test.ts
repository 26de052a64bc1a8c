import { expect } from 'chai';
import type { ComparisonView } from '../../../protocol/comparison.js';
import { chartRuns } from '../../chart/chart-runs.js';
import { parseBrushes } from '../../figures/brushes.js';
import { comparisonRow, threeRuns } from '../choices/comparison.test.support.js';
import { parallelOf, plottedFlags, runsWithin, scatterOf } from './flag-plots.js';

const loss = threeRuns.metrics[1]!;
const five: ComparisonView = {
  ...threeRuns,
  runs: [1, 2, 3, 4, 5].map((number) => ({ ...threeRuns.runs[0]!, id: `results/churn/${number}` })),
  rows: [
    comparisonRow('flags', 'lr', [1, 2, 3, 4, 5]),
    comparisonRow('flags', 'note', ['a', 'b', 'c', 'd', 'e']),
    comparisonRow('flags', 'layers', [['8'], ['8'], ['8', '4'], ['8'], ['8']]),
    comparisonRow('flags', 'seed', [1, 2, 3, 4, 5]),
  ],
};

describe('flags against a metric', () => {
  it('are those that differ, without what each run has for itself', () => {
    expect(plottedFlags(threeRuns).map(({ name }) => name)).to.deep.equal(['hidden']);
    expect(plottedFlags(five).map(({ name }) => name)).to.deep.equal(['lr', 'layers']);
  });

  it('are axes, the chosen ones if they are there', () => {
    const axes = (names: readonly string[]) => parallelOf(five, loss, names)?.axes.map(({ name }) => name);
    expect(axes([])).to.deep.equal(['lr', 'layers', 'valid.loss']);
    expect(axes(['layers', 'moon'])).to.deep.equal(['layers', 'valid.loss']);
    expect(parallelOf({ ...five, rows: [] }, loss, [])).to.equal(undefined);
  });

  it('filter the runs by the chosen ranges', () => {
    const parallel = parallelOf(threeRuns, loss, []);
    expect([...runsWithin(threeRuns, parallel, parseBrushes('hidden:0.5~1'))]).to.deep.equal([
      'results/churn/1',
      'results/churn/2',
    ]);
    expect(runsWithin(threeRuns, undefined, parseBrushes('hidden:0.5~1')).size).to.equal(3);
  });

  it('are points of the shown runs in their colors', () => {
    const looks = chartRuns(threeRuns.runs);
    const shown = new Set(['results/churn/2', 'results/churn/3']);
    const { scatter, runs } = scatterOf(threeRuns, loss, threeRuns.rows[0]!, looks, shown);
    expect(runs).to.deep.equal(['results/churn/2', 'results/churn/3']);
    expect(scatter.points.map(({ x, y, color }) => [x, y, color])).to.deep.equal([[64, 0.4, looks[1]!.color]]);
    expect(scatter.omitted).to.equal(1);
  });
});
