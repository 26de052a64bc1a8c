import { adam, sgd } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import type { Tf } from '../tf/tf.js';
import type { Optimizer } from './optimizer.js';
import { ownUpdater } from './own-updater.js';
import { cpuTf } from './tf.test.support.js';

const start = [1, -2];
const gradientAt = (batch: number) => [Math.sin(batch + 1), 0.5 - batch];

describe('gradients accumulated over batches', () => {
  let tf: Tf;
  before(async () => {
    tf = await cpuTf();
  });

  /** The values of one parameter and its slots after so many batches. */
  function after(optimizer: Optimizer, batches: number, gradient: (batch: number) => number[] | null = gradientAt) {
    return tf.tidy(() => {
      const variable = tf.variable(tf.tensor1d(start));
      const updater = ownUpdater(tf, optimizer, [{ name: 'w', variable }]);
      for (let batch = 0; batch < batches; batch++) {
        const values = gradient(batch);
        updater.apply([values && tf.tensor1d(values)], batch);
      }
      const slots = Object.fromEntries(Array.from(updater.slots, ([name, slot]) => [name, [...slot.dataSync()]]));
      const parameter = [...variable.dataSync()];
      updater.dispose();
      variable.dispose();
      return { parameter, slots };
    });
  }

  it('change only their sum before the last batch of an update', () => {
    const { parameter, slots } = after(adam(0.1, { accumulate: 3 }), 2);
    expect(parameter).to.deep.equal(start);
    expect([slots['w/m'], slots['w/v']]).to.deep.equal([
      [0, 0],
      [0, 0],
    ]);
    for (const [at, value] of slots['w/accumulated']!.entries()) {
      expect(value).to.be.closeTo(gradientAt(0)[at]! + gradientAt(1)[at]!, 1e-6);
    }
  });

  it('update by their mean, as one large batch would; the optimizer and its schedule count updates', () => {
    const rate = (update: number) => 0.1 / (update + 1);
    const accumulated = after(adam(rate, { accumulate: 3 }), 9);
    const mean = (update: number) =>
      [0, 1].map((at) => [0, 1, 2].reduce((sum, batch) => sum + gradientAt(3 * update + batch)[at]! / 3, 0));
    const large = after(adam(rate), 3, mean);
    for (const [at, value] of large.parameter.entries()) {
      expect(accumulated.parameter[at]).to.be.closeTo(value, 1e-6);
    }
    expect(accumulated.slots['w/accumulated']).to.deep.equal([0, 0]);
  });

  it('are clipped after the last batch', () => {
    const optimizer = sgd(1, { accumulate: 2, clipValue: 1 });
    expect(after(optimizer, 2, (batch) => (batch === 0 ? [5, 0] : [-4, 0])).parameter).to.deep.equal([0.5, -2]);
  });

  it('are kept for a parameter without a gradient in the last batch', () => {
    const optimizer = sgd(1, { accumulate: 2 });
    const { parameter, slots } = after(optimizer, 2, (batch) => (batch === 0 ? [1, 1] : null));
    expect([parameter, slots['w/accumulated']]).to.deep.equal([start, [1, 1]]);
  });
});
