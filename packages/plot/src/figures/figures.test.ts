import type { RunCurves } from '@forge-ml/core/runs';
import { expect } from 'chai';
import { makeBars } from '../comparisons/bars.js';
import { makeHistory } from '../comparisons/history.js';
import { makeParallel } from '../comparisons/parallel.js';
import { makeScatter } from '../comparisons/scatter.js';
import { makeBandPlot } from '../curves/band-plot.js';
import { makePlot } from '../curves/plot.js';
import { barsFigure } from './bars-figure.js';
import { curvesFigure } from './curves-figure.js';
import { historyFigure } from './history-figure.js';
import { parallelFigure } from './parallel-figure.js';
import { scatterFigure } from './scatter-figure.js';
import { textsOf } from './svg.test.support.js';

const settings = { axis: 'step', log: { x: false, y: false } } as const;

function runOf(experiment: string, number: number, metric: string): RunCurves {
  const [x, y] = [
    [1, 2, 3],
    [number, 2, 1],
  ];
  const best = { step: 3, epoch: 1, time: 1, x: 3, value: 1 };
  const curve = {
    metric: `valid.${metric}`,
    split: 'valid',
    name: metric,
    direction: 'min',
    lines: [{ x, y }],
  } as const;
  const rest = {
    smoothed: null,
    notFinite: [{ value: 'NaN', x: [2] }],
    best,
    last: best,
    values: 3,
    notPositive: 1,
  } as const;
  const run = { experiment, number } as RunCurves['run'];
  return { run, status: 'completed', curves: [{ ...curve, ...rest }], resumes: [2], checkpoints: [1] };
}

/** Every figure, with a text in each place that a stranger may set. */
function figuresOf(text: string): Record<string, (inches: number) => string> {
  const metric = { name: `valid.${text}`, direction: 'min' } as const;
  const values = [3, 1, Number.NaN, null, 2];
  const runs = [1, 2, 3].map((number) => runOf(text, number, text));
  const scatter = (color?: number) =>
    makeScatter(
      values.map((y, at) => ({ name: `${text}/${at}`, x: at === 0 ? null : `${text}${at}`, y, color })),
      { flag: { name: text }, metric },
    );
  const parallel = makeParallel(
    values.map((value, at) => ({ name: `${text}/${at}`, values: [text, at, at === 2], metric: value })),
    { flags: ['a', 'b', 'c'].map((name) => ({ name: `${text}${name}` })), metric },
  );
  const bars = values.map((value, at) => ({ name: `${text}${at}`, value }));
  const trials = values.map((value, at) => ({ trial: at + 1, name: `${text}/${at}`, value }));
  return {
    curvesFigure: (inches) => curvesFigure(makePlot(runs, settings), inches),
    'curvesFigure with bands': (inches) => {
      return curvesFigure(makeBandPlot([{ label: text, runs }], 'quartiles', settings), inches);
    },
    scatterFigure: (inches) => scatterFigure(scatter(), inches),
    'scatterFigure with names': (inches) => scatterFigure(scatter(1), inches),
    parallelFigure: (inches) => parallelFigure(parallel, inches),
    barsFigure: (inches) => barsFigure(makeBars(bars, text), inches),
    historyFigure: (inches) => historyFigure(makeHistory(trials, metric), inches),
  };
}

const hostile = '<script>alert(1)</script>"\'><image href="x" onload="a()"/>]]>&lt;\u001b[2J\u202e';

for (const [name, figure] of Object.entries(figuresOf(hostile))) {
  it(`${name} keeps a name with markup as text`, () => {
    for (const inches of [3.3, 6.9]) {
      const texts = textsOf(figure(inches)).join('\n');
      expect(texts).to.include('<script>');
      for (const hidden of ['\u001b', '\u202e']) expect(texts).not.to.include(hidden);
    }
  });
}

for (const [name, figure] of Object.entries(figuresOf('loss'))) {
  it(`${name} is an SVG with names and units in text, in both widths`, () => {
    for (const inches of [3.3, 6.9]) {
      const svg = figure(inches);
      expect(svg).to.match(new RegExp(`^<svg [^>]*width="${inches}in"[^>]* aria-label="[^"]+"`));
      expect(textsOf(svg).some((text) => text.includes('loss'))).to.equal(true);
      const across = [...svg.matchAll(/<text x="([-\d.]+)"/g)].map(([, x]) => Number(x));
      expect(Math.min(...across)).to.be.at.least(0);
      expect(Math.max(...across)).to.be.at.most(inches * 72);
    }
  });
}

it('figures exist without any run', () => {
  const metric = { name: 'valid.loss', direction: 'min' } as const;
  for (const svg of [
    scatterFigure(makeScatter([], { flag: { name: 'lr' }, metric }), 3.3),
    parallelFigure(makeParallel([], { flags: [{ name: 'lr' }], metric }), 3.3),
    barsFigure(makeBars([], 'importance'), 3.3),
    historyFigure(makeHistory([], metric), 3.3),
    curvesFigure(makeBandPlot([], 'range', settings), 3.3),
  ]) {
    expect(textsOf(svg)).to.be.an('array');
  }
});

describe('scatterFigure', () => {
  it('draws a dot for each run at its place, a ring around the best, and marks that are not finite', () => {
    const rows = [3, 1, Number.NaN].map((y, at) => ({ name: `churn/${at + 1}`, x: at, y }));
    const svg = scatterFigure(
      makeScatter(rows, { flag: { name: 'depth' }, metric: { name: 'valid.loss', direction: 'min' } }),
      3.3,
    );
    const dots = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)" r="2.2" fill="#0072b2"/g)];
    expect(dots).to.have.length(2);
    expect(Number(dots[0]![1])).to.be.lessThan(Number(dots[1]![1]));
    expect(Number(dots[0]![2])).to.be.lessThan(Number(dots[1]![2]));
    expect(svg)
      .to.include('<title>best: churn/2 1</title>')
      .and.to.include('<title>churn/3 depth 2 valid.loss NaN</title>');
  });
});

describe('curvesFigure', () => {
  it('draws a band behind the median, and says what they are', () => {
    const groups = [{ label: 'hidden 64', runs: [1, 2, 3].map((number) => runOf('churn', number, 'loss')) }];
    const svg = curvesFigure(makeBandPlot(groups, 'range', settings), 3.3);
    expect(svg.match(/fill-opacity="0.18"/g)).to.have.length(1);
    expect(svg.indexOf('fill-opacity')).to.be.lessThan(svg.indexOf('stroke-linecap'));
    expect(textsOf(svg)).to.include.members(['hidden 64', 'line: median, band: lowest to highest of 3 runs']);
  });
});
