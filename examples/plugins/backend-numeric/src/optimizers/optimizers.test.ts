import { deepStrictEqual, ok } from 'node:assert/strict';
import { adam } from './adam.js';
import { momentum } from './momentum.js';
import type { Optimizer } from './optimizer.js';
import { sgd } from './sgd.js';

/** The values of a parameter 1 after the gradients 2 and 4. */
function twoUpdates(optimizer: Optimizer): number[] {
  const values = Float64Array.of(1);
  const slots = optimizer.slots.map(() => new Float64Array(1));
  return [2, 4].map((gradient, step) => {
    optimizer.update(values, Float64Array.of(gradient), slots, step);
    return values[0]!;
  });
}

describe('optimizers', () => {
  it('sgd steps against the gradient', () => deepStrictEqual(twoUpdates(sgd(0.125)), [0.75, 0.25]));

  it('momentum adds a share of the last update', () =>
    deepStrictEqual(twoUpdates(momentum(0.125, 0.5)), [0.75, 0.125]));

  it('adam steps by its learning rate, whatever the size of the gradient', () => {
    const [first, second] = twoUpdates(adam(0.1));
    ok(Math.abs(first! - 0.9) < 1e-8);
    // (0.1 * 4 + 0.09 * 2 + …) by hand: m̂ = 0.58 / 0.19, v̂ = 0.019996 / 0.001999.
    const m = (0.9 * 0.1 * 2 + 0.1 * 4) / (1 - 0.9 ** 2);
    const v = (0.999 * 0.001 * 4 + 0.001 * 16) / (1 - 0.999 ** 2);
    ok(Math.abs(second! - (first! - (0.1 * m) / (Math.sqrt(v) + 1e-8))) < 1e-12);
  });
});
