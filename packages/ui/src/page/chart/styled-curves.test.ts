import { expect } from 'chai';
import { bestAddress } from './best-address.js';
import { chartRuns } from './chart-runs.js';
import { chartSummary } from './chart-summary.js';
import { curve } from './curve.test.support.js';
import { styledCurves } from './styled-curves.js';

const runs = chartRuns([1, 2].map((number) => ({ id: `results/a/${number}`, label: `a/${number}` })));
const train = { metric: 'train.loss', split: 'train' };
const labels = (of: typeof runs, ...rest: Parameters<typeof curve>[1][]) =>
  styledCurves(
    of,
    rest.map((parts) => curve([[1, 1]], parts)),
  ).map(({ label, dash }) => [label, dash]);

describe('styledCurves', () => {
  it('names runs, splits, or both, whichever differs', () => {
    expect(labels(runs, {}, { run: 'results/a/2' })).to.deep.equal([
      ['a/1', 0],
      ['a/2', 0],
    ]);
    expect(labels(runs.slice(0, 1), train, {})).to.deep.equal([
      ['train', 0],
      ['valid', 1],
    ]);
    expect(labels(runs, train, {})).to.deep.equal([
      ['a/1 train', 0],
      ['a/1 valid', 1],
    ]);
  });

  it('has other dashes where a color is used again', () => {
    const again = runs.map((run) => ({ ...run, cycle: 1 }));
    expect(labels(again, train, {}).map(([, dash]) => dash)).to.deep.equal([2, 3]);
  });

  it('makes text of a stranger printable', () => {
    expect(labels(runs.slice(0, 1), train, { split: 'a\u001b[31m' })[1]![0]).to.not.include('\u001b');
  });
});

it('chartRuns gives runs of an experiment the colors of their numbers', () => {
  const colors = (...ids: string[]) => chartRuns(ids.map((id) => ({ id, label: id }))).map(({ color }) => color);
  expect(colors('results/a/2')[0]).to.equal(colors('results/a/1', 'results/a/2')[1]);
  expect(new Set(colors('results/a/1', 'results/a/2', 'results/b/1')).size).to.equal(3);
});

it('bestAddress is what commands take', () => {
  expect(bestAddress(styledCurves(runs, [curve([[1, 1]])])[0]!)).to.equal('a/1 best:valid.loss');
});

it('chartSummary says the last and the best value of each curve', () => {
  const curves = styledCurves(runs, [
    curve([
      [1, 3],
      [2, 1],
      [3, 2],
    ]),
    curve([], { run: 'results/a/2' }),
  ]);
  expect(chartSummary('loss', curves)).to.equal(
    'loss, 2 curves. a/1: last 2.0000 at step 3, best 1.0000 at step 2. a/2: no values.',
  );
});
