import type { RunCurves } from '@forge-ml/core/runs';
import { expect } from 'chai';
import { makeBandPlot } from './band-plot.js';

const settings = { axis: 'step', log: { x: false, y: false } } as const;

function runOf(number: number, y: readonly number[]): RunCurves {
  const curve = {
    metric: 'valid.loss',
    split: 'valid',
    name: 'loss',
    direction: 'min',
    lines: [{ x: [1, 2], y }],
  } as const;
  const rest = { smoothed: null, notFinite: [], best: null, last: null, values: 2, notPositive: 0 } as const;
  const run = { experiment: 'churn', number } as RunCurves['run'];
  return { run, status: 'completed', curves: [{ ...curve, ...rest }], resumes: [1], checkpoints: [1] };
}

describe('makeBandPlot', () => {
  it('has the median of each configuration, and axes with room for the bands', () => {
    const groups = [
      { label: 'hidden 64', runs: [runOf(1, [9, 1]), runOf(2, [5, 3]), runOf(3, [1, 2])] },
      { label: 'hidden 8', runs: [runOf(4, [4, 4])] },
    ];
    const plot = makeBandPlot(groups, 'range', settings);
    const [panel] = plot.panels;
    expect(panel!.series.map(({ label }) => label)).to.deep.equal(['hidden 64', 'hidden 8']);
    expect(panel!.series.map(({ curve }) => curve.lines)).to.deep.equal([
      [{ x: [1, 2], y: [5, 2] }],
      [{ x: [1, 2], y: [4, 4] }],
    ]);
    expect(panel!.series.map(({ bands }) => bands!.length)).to.deep.equal([1, 0]);
    expect(panel!.series.map(({ facts }) => facts)).to.deep.equal([
      ['3 runs', 'last 2.0000 (1.0000 to 3.0000)'],
      ['1 run', 'last 4.0000'],
    ]);
    expect(panel!.y.place(9)).to.be.at.most(1);
    expect(plot.repeats).to.deep.equal({ spread: 'range', least: 1, most: 3 });
    expect(plot.events.flatMap(({ resumes, checkpoints }) => [...resumes, ...checkpoints])).to.deep.equal([]);
  });

  it('is the median of smoothed lines where they are smoothed', () => {
    const smoothed = [runOf(1, [9, 1]), runOf(2, [5, 3])].map((run, at) => ({
      ...run,
      curves: run.curves.map((curve) => ({ ...curve, smoothed: [{ x: [1, 2], y: [at, at + 1] }] })),
    }));
    const [panel] = makeBandPlot([{ label: 'all', runs: smoothed }], 'range', settings).panels;
    expect(panel!.series[0]!.curve.lines).to.deep.equal([{ x: [1, 2], y: [0.5, 1.5] }]);
  });

  it('says of runs that never have a value at the same step that they have no band', () => {
    const later = runOf(2, [5, 3]);
    const apart = { ...later, curves: later.curves.map((curve) => ({ ...curve, lines: [{ x: [8, 9], y: [1, 1] }] })) };
    const [panel] = makeBandPlot([{ label: 'all', runs: [runOf(1, [9, 1]), apart] }], 'range', settings).panels;
    expect(panel!.series[0]!.facts).to.deep.equal(['2 runs', 'never at the same step']);
  });
});
