import { expect } from 'chai';
import type { Curve } from '../../../protocol/curves.js';
import { compareModel } from '../choices/compare-model.js';
import { threeRuns } from '../choices/comparison.test.support.js';
import { drawnCurves } from './drawn-curves.js';

function curve(number: number, split: string, values: readonly number[]): Curve {
  return {
    ...{
      run: `results/churn/${number}`,
      metric: `${split}.loss`,
      split,
      name: 'loss',
      direction: 'min',
      smoothed: null,
    },
    lines: [{ x: Float64Array.from(values.keys()), y: Float64Array.from(values) }],
    ...{ notFinite: [], best: null, last: null, values: values.length, notPositive: 0 },
  };
}

const curves = [
  curve(1, 'valid', [4, 2]),
  curve(2, 'valid', [6, 4]),
  curve(3, 'valid', [1, 1]),
  curve(1, 'train', [9, 9]),
];
const drawn = (query: string) => {
  const all = new Set(threeRuns.runs.map(({ id }) => id));
  return drawnCurves(curves, compareModel(threeRuns, new URLSearchParams(query), all));
};

describe('curves of a comparison', () => {
  it('are of the shown runs and the chosen splits', () => {
    const { curves: shown, bands } = drawn('metrics=loss&splits=valid&hidden=results/churn/2');
    expect(shown.map(({ run, split }) => [run, split])).to.deep.equal([
      ['results/churn/1', 'valid'],
      ['results/churn/3', 'valid'],
    ]);
    expect(bands).to.deep.equal([]);
  });

  it('of repeats are their median', () => {
    const { curves: shown, bands } = drawn('metrics=loss&splits=valid&group=seed');
    expect(shown.map(({ run }) => run)).to.deep.equal(['results/churn/3']);
    expect(bands.map(({ label, bands: parts }) => [label, ...parts.map(({ middle }) => middle)])).to.deep.equal([
      ['hidden 64', [5, 3]],
    ]);
  });

  it('have single seeds with the median on demand', () => {
    const { curves: shown, bands } = drawn('metrics=loss&splits=valid&group=seed&seeds=results/churn/1');
    expect(shown.map(({ run }) => run)).to.have.members(['results/churn/1', 'results/churn/2', 'results/churn/3']);
    expect(bands).to.have.length(1);
  });
});
