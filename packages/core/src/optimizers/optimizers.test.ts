import { expect } from 'chai';
import { adam } from './adam.js';
import { adamw } from './adamw.js';
import { lion } from './lion.js';
import { momentum } from './momentum.js';
import { isOptimizerSpec } from './optimizer-spec.js';
import { rmsprop } from './rmsprop.js';
import { sgd } from './sgd.js';

describe('optimizers', () => {
  it('reject invalid settings', () => {
    expect(() => adam(Number.NaN))
      .to.throw('adam: a learning rate must be a number of at least 0, not NaN')
      .with.property('code', 'MODEL_INVALID');
    expect(() => sgd(-1)).to.throw('-1');
    expect(() => adam(0.1, { beta1: 1 })).to.throw('beta1');
    expect(() => momentum(0.1, { momentum: 1.5 })).to.throw('momentum');
    expect(() => adamw(0.1, { weightDecay: -1 })).to.throw('weightDecay');
    expect(() => sgd(0.1, { clipNorm: 0 })).to.throw('clipNorm');
  });

  it('correct the bias of the first updates, in doubles', () => {
    const { scale, epsilon } = adam(0.1, { epsilon: 1e-3 }).constants.perStep;
    for (const step of [0, 1, 100]) {
      const root = Math.sqrt(1 - 0.999 ** (step + 1));
      expect(scale!(step, 0.5)).to.equal((0.5 * root) / (1 - 0.9 ** (step + 1)));
      expect(epsilon!(step, 0.5)).to.equal(1e-3 * root);
    }
  });

  it('decay the parameters that are asked for, by one function', () => {
    const { decay } = lion(0.1, { weightDecay: 0.2, decays: (name) => name !== 'bias' });
    expect(decay!('bias')).to.equal(undefined);
    expect(decay!('kernel')!(0, 0.5)).to.equal(1 - 0.5 * 0.2);
    expect(decay!('kernel')).to.equal(decay!('scale'));
    expect(lion(0.1).decay).to.equal(undefined);
    expect(adamw(0.1).decay!('bias')!(0, 1)).to.equal(0.99);
  });

  it('without momentum have the formula without it', () => {
    expect([rmsprop(1).formula, rmsprop(1, { momentum: 0.1 }).formula]).to.deep.equal(['rmsprop', 'rmspropMomentum']);
  });

  it('differ from other objects', () => {
    expect(isOptimizerSpec(adamw(0.1))).to.equal(true);
    expect(isOptimizerSpec({ ...adam(0.1), formula: 'adams' })).to.equal(false);
    expect(isOptimizerSpec({ ...adam(0.1), constants: undefined })).to.equal(false);
    expect(isOptimizerSpec({ ...adam(0.1), update: () => undefined })).to.equal(false);
  });
});
