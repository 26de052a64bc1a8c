import { expect } from 'chai';
import { exponentialMean } from './exponential-mean.js';
import { StepsPerEpoch } from './steps-per-epoch.js';

describe('exponentialMean', () => {
  // The output of resmoothDataset in TensorBoard's line-chart.ts.
  for (const [weight, expected] of [
    [0.6, [1, 2.25, 1.2653061224489797, 1.2261029411764706]],
    [0.9, [1, 2.0526315789473686, 1.4132841328413286, 1.3454492585053797]],
  ] as const) {
    it(`smooths as TensorBoard does, with weight ${weight}`, () => {
      for (const [index, value] of [1, 3, 0.32, 1.18].map(exponentialMean(weight)).entries()) {
        expect(value).to.be.closeTo(expected[index]!, 1e-12);
      }
    });
  }

  it('skips values that are not finite', () => {
    const mean = exponentialMean(0.5);
    expect([2, Number.NaN, Number.POSITIVE_INFINITY, 2].map(mean)).to.deep.equal([
      2,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      2,
    ]);
  });
});

describe('StepsPerEpoch', () => {
  it('finds the steps of an epoch from the records of one split', () => {
    for (const steps of [1, 5, 117, 1000]) {
      for (const every of [1, 3, steps]) {
        const found = new StepsPerEpoch();
        for (let step = every; step <= 40 * steps; step += every) found.add(step, Math.floor((step - 1) / steps));
        expect(found.value).to.be.within(steps - 1, steps);
        if (every !== 3) expect(found.value).to.equal(steps);
      }
    }
  });

  it('finds none in the first epoch, or if epochs differ', () => {
    const found = new StepsPerEpoch();
    found.add(9, 0);
    expect(found.value).to.equal(undefined);
    for (const [step, epoch] of [
      [10, 0],
      [11, 1],
      [12, 2],
    ] as const)
      found.add(step, epoch);
    expect(found.value).to.equal(undefined);
  });
});
