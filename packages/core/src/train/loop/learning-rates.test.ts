import { expect } from 'chai';
import { directionOfName } from '../../metrics/metric-direction.js';
import { withLearningRates } from './learning-rates.js';

describe('withLearningRates', () => {
  it('adds the rate of the update, or that of each optimizer, after the numbers of the model', () => {
    const one = withLearningRates({ loss: 1 }, { learningRate: (step) => 0.1 / (1 + step) }, 3);
    expect(Object.entries(one)).to.deep.equal([
      ['loss', 1],
      ['learningRate', 0.025],
    ]);
    const several = withLearningRates({ loss: 1 }, { learningRate: () => ({ critic: 0.1, generator: 0.2 }) }, 0);
    expect(several).to.deep.equal({ loss: 1, 'learningRate.critic': 0.1, 'learningRate.generator': 0.2 });
  });

  it('adds nothing where the rate is unknown, and keeps what the model reports by that name', () => {
    const stats = { loss: 1, learningRate: 7 };
    expect(withLearningRates(stats, {}, 0)).to.equal(stats);
    expect(withLearningRates(stats, { learningRate: () => undefined }, 0)).to.equal(stats);
    expect(withLearningRates(stats, { learningRate: () => 0.1 }, 0)).to.deep.equal(stats);
  });

  it('has no direction, so that no run is best by it', () => {
    expect(['learningRate', 'learningRate.critic'].map(directionOfName)).to.deep.equal([undefined, undefined]);
  });
});
