import { curvesFigure } from '@forge-ml/plot';
import { expect } from 'chai';
import { chartRuns } from './chart-runs.js';
import { curve, pointsOf } from './curve.test.support.js';
import { figurePlot } from './figure-plot.js';
import { repeatBand } from './repeat-band.js';
import { styledCurves } from './styled-curves.js';

const runs = chartRuns([{ id: 'results/a/1', label: 'a/1' }]);
const loss = curve(
  [
    [1, 4],
    [2, 3],
    [3, 1],
    [4, 2],
  ],
  { notFinite: [{ value: 'NaN', x: [5] }] },
);
const chart = { title: 'loss', bands: [], axis: 'step', logX: false, logY: false, range: null } as const;
const plotted = (rest: object) => figurePlot({ ...chart, curves: styledCurves(runs, [loss]), ...rest });

describe('figurePlot', () => {
  it('has the curves with the color that they have on the page', () => {
    const { panels } = plotted({});
    expect(panels[0]!.series[0]).to.deep.include({ run: 'a/1', color: runs[0]!.color, dash: 0 });
    expect(panels[0]!.series[0]!.curve.lines).to.deep.equal([{ x: [1, 2, 3, 4], y: [4, 3, 1, 2] }]);
    expect(curvesFigure(plotted({}), 3.3)).to.include('a/1 best:valid.loss 1 at step 3');
  });

  it('has only what is visible', () => {
    const { series } = plotted({ range: { from: 1.5, to: 2.5 } }).panels[0]!;
    expect(series[0]!.curve.lines).to.deep.equal([{ x: [2], y: [3] }]);
    expect([series[0]!.curve.best, series[0]!.curve.notFinite]).to.deep.equal([null, []]);
    expect(plotted({ range: { from: 2, to: 3 } }).panels[0]!.series[0]!.curve.lines[0]!.x).to.deep.equal([2, 3]);
  });

  it('has times of the clock as times since the first', () => {
    const plot = plotted({ axis: 'clock' });
    expect([plot.xTitle, plot.panels[0]!.series[0]!.curve.lines[0]!.x]).to.deep.equal(['time (s)', [0, 1, 2, 3]]);
  });

  it('has bands around medians', () => {
    const seeds = [loss, curve(pointsOf(loss)[0]!.map(([x, y]) => [x!, y! + 2] as const))];
    const band = repeatBand(seeds, 'range', { id: 'lr', label: 'lr 0.1', color: 3, dash: 0 });
    const { series } = plotted({ curves: [], bands: [band], range: { from: 2, to: 4 } }).panels[0]!;
    expect(series[0]).to.deep.include({ label: 'lr 0.1', color: 3 });
    expect(series[0]!.bands![0]).to.deep.equal({
      x: [2, 3, 4],
      middle: [4, 2, 3],
      low: [3, 1, 2],
      high: [5, 3, 4],
      runs: [2, 2, 2],
    });
  });
});
