import { adam, type Engine } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { reduceMean } from '@forge-ml/onnx/ops';
import { expect } from 'chai';
import { startCpu } from '../session/models.test.support.js';
import { dense } from './dense.js';
import type { LayerContext, Step } from './layer.js';
import { type BatchArray, batch, layerModels } from './layer-models.test.support.js';
import { huber, meanAbsoluteError, meanSquaredError, sigmoidCrossEntropy } from './losses.js';
import { sequential } from './sequential.js';
import { flatten } from './shapes.js';
import { softmaxCrossEntropy } from './softmax-cross-entropy.js';

type LossOf = (logits: Value, batch: Record<string, Value>) => Value;
const classify: LossOf = (logits, { labels }) => softmaxCrossEntropy(logits, labels!);
const losses: Record<string, [units: number, loss: LossOf]> = {
  'softmaxCrossEntropy with smoothed labels': [
    3,
    (logits, { labels }) => softmaxCrossEntropy(logits, labels!, { labelSmoothing: 0.1, ignoreLabel: 2 }),
  ],
  sigmoidCrossEntropy: [1, (logits, { targets }) => sigmoidCrossEntropy(logits, targets!)],
  meanSquaredError: [1, (output, { targets }) => meanSquaredError(output, targets!)],
  meanAbsoluteError: [1, (output, { targets }) => meanAbsoluteError(output, targets!)],
  huber: [1, (output, { targets }) => huber(output, targets!, 0.3)],
};

describe('every layer and loss trains', () => {
  let engine: Engine;
  before(async () => {
    engine = await startCpu();
  });
  after(() => engine.dispose());

  /** Returns the loss before and after; every parameter must change. */
  async function train(array: BatchArray, net: Step, units: number, loss: LossOf): Promise<number[]> {
    const head = dense(units, { name: 'head' });
    const predict = (inputs: Record<string, Value>, context: LayerContext) =>
      head(net(inputs[array]!, context), context);
    const load = () => ({
      predict,
      loss: (inputs: Record<string, Value>, logits: Value) => loss(logits, inputs),
      optimizer: adam(0.01),
    });
    const session = await engine.build({ load, sample: batch, seed: 5 });
    expect(session.warnings).to.deep.equal([]);
    const before = await session.capture();
    const { loss: first } = await session.evaluate(batch);
    for (let step = 0; step < 40; step++) await session.step(batch, { step, metrics: true });
    const { loss: last } = await session.evaluate(batch);
    const { parameters } = await session.capture();
    for (const [name, { bytes }] of parameters) {
      expect(Buffer.from(bytes).equals(before.parameters.get(name)!.bytes), `${name} did not change`).to.equal(false);
    }
    await session.dispose();
    return [first!, last!];
  }

  for (const [title, [array, net]] of Object.entries(layerModels)) {
    it(title, async () => {
      const [first, last] = await train(array, net, 3, classify);
      expect(last).to.be.lessThan(0.8 * first!);
    });
  }
  for (const [title, [units, loss]] of Object.entries(losses)) {
    it(title, async () => {
      const [first, last] = await train('rows', sequential(flatten(), dense(8, { activation: 'tanh' })), units, loss);
      expect(last).to.be.lessThan(0.9 * first!);
    });
  }

  it('a loss without a predict', async () => {
    const load = () => ({
      loss: ({ rows, targets }: Record<string, Value>, _: undefined, context: LayerContext) =>
        meanSquaredError(reduceMean(dense(1)(rows!, context), [1], { keepdims: false }), targets!),
      optimizer: adam(0.01),
    });
    const session = await engine.build({ load, sample: batch, seed: 5 });
    expect(session.parameters.map(({ name }) => name)).to.deep.equal(['dense_1/kernel', 'dense_1/bias']);
    await session.dispose();
  });
});
