import { expect } from 'chai';
import type { ComparisonView } from '../../../protocol/comparison.js';
import { chartRuns } from '../../chart/chart-runs.js';
import type { AxisScales } from '../../figures/axis-scales.js';
import { parseBrushes } from '../../figures/brushes.js';
import { comparisonRow, threeRuns } from '../choices/comparison.test.support.js';
import { parallelOf, plottedFlags, runsWithin, scatterOf } from './flag-plots.js';

const loss = threeRuns.metrics[1]!;
const automatic: AxisScales = new Map();
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
    const axes = (names: readonly string[]) => parallelOf(five, loss, names, automatic)?.axes.map(({ name }) => name);
    expect(axes([])).to.deep.equal(['lr', 'layers', 'valid.loss']);
    expect(axes(['layers', 'moon'])).to.deep.equal(['layers', 'valid.loss']);
    expect(parallelOf({ ...five, rows: [] }, loss, [], automatic)).to.equal(undefined);
  });

  it('filter the runs by the chosen ranges', () => {
    const parallel = parallelOf(threeRuns, loss, [], automatic);
    expect([...runsWithin(threeRuns, parallel, parseBrushes('hidden:0.5~1'))]).to.deep.equal([
      'results/churn/1',
      'results/churn/2',
    ]);
    expect(runsWithin(threeRuns, undefined, parseBrushes('hidden:0.5~1')).size).to.equal(3);
  });

  it('are points of the shown runs in their colors', () => {
    const looks = chartRuns(threeRuns.runs);
    const shown = new Set(['results/churn/2', 'results/churn/3']);
    const { scatter, runs } = scatterOf(threeRuns, loss, threeRuns.rows[0]!, looks, shown, automatic);
    expect(runs).to.deep.equal(['results/churn/2', 'results/churn/3']);
    expect(scatter.points.map(({ x, y, color }) => [x, y, color])).to.deep.equal([[64, 0.4, looks[1]!.color]]);
    expect(scatter.omitted).to.equal(1);
  });

  it('have logarithmic axes where that was chosen, and values that these cannot show are omitted', () => {
    const scales = new Map([
      ['lr', true],
      ['valid.loss', true],
    ]);
    const lr = comparisonRow('flags', 'lr', [0, 2, 3, 4, 5]);
    const view = { ...five, rows: [lr, five.rows[2]!] };
    const metric = { ...loss, best: [5, 4, 3, 2, 1] };
    const shown = new Set(view.runs.map(({ id }) => id));
    const kinds = (chosen: AxisScales) => {
      const { scatter } = scatterOf(view, metric, lr, chartRuns(view.runs), shown, chosen);
      const { axes } = parallelOf(view, metric, [], chosen)!;
      return [scatter.x.kind, scatter.y.kind, scatter.omitted, ...axes.map(({ kind }) => kind)];
    };
    expect(kinds(automatic)).to.deep.equal(['linear', 'linear', 0, 'linear', 'categories', 'linear']);
    expect(kinds(scales)).to.deep.equal(['log', 'log', 1, 'log', 'categories', 'log']);
  });
});
