import { expect } from 'chai';
import type { Curve } from '../../../protocol/curves.js';
import { firstNotFinite, firstNotFiniteIn, stepsAround } from './first-not-finite.js';

function curve(metric: string, notFinite: Curve['notFinite']): Curve {
  return { metric, notFinite } as Curve;
}

describe('where a run diverged', () => {
  it('is the first step of any metric that is not finite', () => {
    const curves = [
      curve('valid.loss', [{ value: 'NaN', x: [900] }]),
      curve('train.loss', [
        { value: 'NaN', x: [812, 813] },
        { value: 'Infinity', x: [811] },
      ]),
      curve('train.accuracy', []),
    ];
    expect(firstNotFinite(curves)).to.deep.equal({ metric: 'train.loss', value: 'Infinity', step: 811 });
    expect(firstNotFinite([])).to.equal(null);
  });

  it('is found in values that have just come', () => {
    const at = (value: readonly number[]) => ({ step: [7, 8], epoch: [1, 1], time: [0, 0], value });
    const event = { run: 'results/churn/1', from: 0, to: 1 };
    const points = { 'train.loss': at([1, Number.NaN]), 'train.norm': at([Number.POSITIVE_INFINITY, 1]) };
    expect(firstNotFiniteIn({ ...event, points })).to.deep.equal({ metric: 'train.norm', value: 'Infinity', step: 7 });
    expect(firstNotFiniteIn({ ...event, points: { 'train.loss': at([1, 2]) } })).to.equal(null);
  });

  it('is shown with the steps before', () => {
    expect(stepsAround(812)).to.deep.equal({ from: 771, to: 822 });
    expect(stepsAround(3)).to.deep.equal({ from: 0, to: 6 });
  });
});
