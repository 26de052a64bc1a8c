import { type Batch, type Engine, elements, sgd, type TrainSession, tensor } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { mul } from '@forge-ml/onnx/ops';
import { expect } from 'chai';
import { bitsOf, startCpu } from '../session/models.test.support.js';
import { batchNorm } from './batch-norm.js';
import { dense } from './dense.js';
import type { LayerContext } from './layer.js';
import { softmaxCrossEntropy } from './softmax-cross-entropy.js';

const batch: Batch = {
  x: tensor(Float32Array.of(1, 2, 3, 6), [2, 2]),
  labels: tensor(Int32Array.of(0, 1)),
};

/** The batch norm sees x, and then 2x. */
function calledTwice() {
  const [norm, head] = [batchNorm({ name: 'norm', momentum: 0.5 }), dense(2)];
  return {
    predict: ({ x }: Record<string, Value>, context: LayerContext) =>
      head(mul(norm(x!, context), norm(mul(x!, 2), context)), context),
    loss: ({ labels }: Record<string, Value>, logits: Value) => softmaxCrossEntropy(logits, labels!),
    optimizer: sgd(0.1),
  };
}

describe('a batch norm that is called twice', () => {
  let engine: Engine;
  let session: TrainSession;
  before(async () => {
    engine = await startCpu();
  });
  beforeEach(async () => {
    session = await engine.build({ load: calledTwice, sample: batch, seed: 1 });
  });
  afterEach(() => session.dispose());
  after(() => engine.dispose());

  it('continues from the statistics of its first call', async () => {
    await session.step(batch, { step: 0, metrics: true });
    const { parameters } = await session.capture();
    const numbers = (name: string) => [...elements(parameters.get(name)!)].map(Number);
    // The means of x are 2 and 4: half of 0 and 2, then half of that and 4; the same with 4 and 8.
    expect(numbers('norm/moving_mean')).to.deep.equal([2.5, 5]);
    // The variances are 1 and 4, of 2x 4 and 16; the first ones are 1.
    for (const [at, value] of [2.5, 9.25].entries()) {
      expect(numbers('norm/moving_variance')[at]).to.be.closeTo(value, 1e-4);
    }
  });

  it('does not change the state of a step that fails, nor one that was captured before it', async () => {
    const before = bitsOf(await session.capture());
    const wrong = { ...batch, labels: tensor(Int32Array.of(0, 7)) };
    const failed = await Promise.resolve(session.step(wrong, { step: 0, metrics: true })).catch(() => 'failed');
    expect(failed).to.equal('failed');
    expect(bitsOf(await session.capture())).to.deep.equal(before);
    const captured = session.captureAside!();
    await session.step(batch, { step: 0, metrics: true });
    expect(bitsOf(await captured)).to.deep.equal(before);
  });
});
