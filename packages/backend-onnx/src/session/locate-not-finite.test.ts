import { sgd, tensor } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import * as ops from '@forge-ml/onnx/ops';
import { expect } from 'chai';
import { dense } from '../layers/dense.js';
import { startCpu } from './models.test.support.js';

/** What a session says after a step of a model on [2, 3] rows. */
async function located(predict: (x: Value) => Value, x: Float32Array): Promise<string | undefined> {
  const engine = await startCpu();
  const batch = { x: tensor(x, [2, 3]) };
  const layer = dense(2, { name: 'last' });
  const model = {
    predict: ({ x }: Record<string, Value>, context: Parameters<typeof layer>[1]) => predict(layer(x!, context)),
    loss: (_batch: unknown, y: Value) => ops.reduceMean(y, undefined, { keepdims: false }),
    optimizer: sgd(0.1),
  };
  const session = await engine.build({ load: () => model, sample: batch, seed: 1 });
  try {
    await session.step(batch, { step: 0, metrics: true });
    return await session.locateNotFinite?.(batch);
  } finally {
    await session.dispose();
    await engine.dispose();
  }
}

describe('a loss that is not finite', () => {
  const x = Float32Array.of(1, 2, 3, -1, -2, -3);

  it('the node that makes the first value that is not a number', async () => {
    const logs = await located((y) => ops.relu(ops.log(ops.neg(ops.mul(y, y)))), x);
    expect(logs).to.equal('With the initial parameters, the first value that is not a number is that of Log.');
  });

  it('the parameter with the first gradient that is not finite', async () => {
    const roots = await located((y) => ops.sqrt(ops.mul(y, 0)), x);
    expect(roots).to.match(/^With the initial parameters, the gradient of the parameter "last\/\w+" is not finite\.$/);
  });

  it('the node at fault with the present parameters, where the initial ones have finite values', async () => {
    const engine = await startCpu();
    const zeros = { x: tensor(new Float32Array(6), [2, 3]) };
    const layer = dense(2, { name: 'last' });
    const model = {
      predict: ({ x }: Record<string, Value>, context: Parameters<typeof layer>[1]) =>
        ops.log(ops.add(layer(x!, context), 1)),
      loss: (_batch: unknown, y: Value) => ops.reduceMean(y, undefined, { keepdims: false }),
      // The bias is -2 after two batches. The third, whose loss is not a number, does not change it yet.
      optimizer: sgd(4, { accumulate: 2 }),
    };
    const session = await engine.build({ load: () => model, sample: zeros, seed: 1 });
    try {
      for (const step of [0, 1]) await session.step(zeros, { step, metrics: true });
      expect((await session.step(zeros, { step: 2, metrics: true })).loss).to.be.NaN;
      const where = 'With the present parameters, the first value that is not a number is that of Log.';
      expect(await session.locateNotFinite?.(zeros)).to.equal(where);
    } finally {
      await session.dispose();
      await engine.dispose();
    }
  });

  it('nothing where all values are finite', async () => {
    expect(await located((y) => ops.mul(y, y), x)).to.equal(undefined);
  });
});
