import { adam, sgd } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import type { Optimizer } from './optimizer.js';
import { applyUpdates } from './updates.test.support.js';

const start = [1, -2];
const gradientAt = (batch: number) => [Math.sin(batch + 1), 0.5 - batch];

async function after(optimizer: Optimizer, batches: number) {
  const { parameters, slots } = await applyUpdates(optimizer, [start], batches, (batch) => [gradientAt(batch)]);
  return { parameter: parameters[0]!, slots };
}

describe('gradients accumulated over batches', () => {
  it('change only their sum before the last batch of an update', async () => {
    const { parameter, slots } = await after(adam(0.1, { accumulate: 3 }), 2);
    expect(parameter).to.deep.equal(start);
    expect([slots.get('w/m'), slots.get('w/v')]).to.deep.equal([
      [0, 0],
      [0, 0],
    ]);
    const sum = gradientAt(0).map((value, at) => value + gradientAt(1)[at]!);
    for (const [at, value] of slots.get('w/accumulated')!.entries()) expect(value).to.be.closeTo(sum[at]!, 1e-6);
  });

  it('update by their mean, as one large batch would; the optimizer counts updates', async () => {
    const accumulated = await after(adam(0.1, { accumulate: 3 }), 9);
    const mean = (update: number) =>
      [0, 1].map((at) => [0, 1, 2].reduce((sum, batch) => sum + gradientAt(3 * update + batch)[at]! / 3, 0));
    const large = await applyUpdates(adam(0.1), [start], 3, (update) => [mean(update)]);
    for (const [at, value] of large.parameters[0]!.entries()) {
      expect(accumulated.parameter[at]).to.be.closeTo(value, 1e-6);
    }
    expect(accumulated.slots.get('w/accumulated')).to.deep.equal([0, 0]);
  });

  it('are clipped after the last batch', async () => {
    const optimizer = sgd(1, { accumulate: 2, clipValue: 1 });
    const { parameters } = await applyUpdates(optimizer, [[0]], 2, (batch) => [[batch === 0 ? 5 : -4]]);
    expect(parameters[0]).to.deep.equal([-0.5]);
  });

  it('give schedules the number of updates', async () => {
    const asked = new Set<number>();
    await after(
      sgd((update) => asked.add(update).size, { accumulate: 2 }),
      6,
    );
    expect([...asked]).to.deep.equal([0, 1, 2]);
  });

  it('do not change parameters without a gradient', async () => {
    const { parameters, slots } = await applyUpdates(sgd(1, { accumulate: 2 }), [[1], [2]], 2, () => [null, [1]]);
    expect(parameters).to.deep.equal([[1], [1]]);
    expect(slots.get('w0/accumulated')).to.deep.equal([0]);
  });

  it('require a whole number of batches', () => {
    for (const accumulate of [0, 1.5, Number.NaN]) expect(() => adam(0.1, { accumulate })).to.throw('accumulate');
  });
});
