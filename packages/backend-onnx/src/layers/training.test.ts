import { type Batch, type Engine, tensor } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { reduceMean } from '@forge-ml/onnx/ops';
import { expect } from 'chai';
import { adam } from '../optimizers/adam.js';
import { startCpu } from '../session/models.test.support.js';
import { multiHeadAttention } from './attention.js';
import { batchNorm } from './batch-norm.js';
import { conv1d, conv2d, depthwiseConv2d } from './conv.js';
import { dense } from './dense.js';
import { embedding } from './embedding.js';
import { gru } from './gru.js';
import type { LayerContext, Step } from './layer.js';
import { huber, meanAbsoluteError, meanSquaredError, sigmoidCrossEntropy, softmaxCrossEntropy } from './losses.js';
import { lstm } from './lstm.js';
import { groupNorm, layerNorm, rmsNorm } from './norms.js';
import { averagePool2d, globalAveragePool, globalMaxPool, maxPool2d } from './pooling.js';
import { sequential } from './sequential.js';
import { channelsFirst, flatten } from './shapes.js';

const size = 12;
const wave = (count: number, seed: number) =>
  Float32Array.from({ length: count }, (_, at) => Math.sin(at * seed + seed));
/** The class of an example is in its numbers, so that it can be learned. */
const labels = Int32Array.from({ length: size }, (_, at) => at % 3);
const rows = wave(size * 6 * 4, 1.3).map((value, at) => value + labels[Math.floor(at / 24)]!);
const image = wave(size * 8 * 6 * 2, 0.7).map((value, at) => value + labels[Math.floor(at / 96)]!);
const batch: Batch = {
  rows: tensor(rows, [size, 6, 4]),
  image: tensor(image, [size, 8, 6, 2]),
  words: tensor(
    Int32Array.from({ length: size * 6 }, (_, at) => (at * 5 + labels[Math.floor(at / 6)]!) % 9),
    [size, 6],
  ),
  labels: tensor(labels),
  targets: tensor(
    Float32Array.from(labels, (label) => label / 2),
    [size, 1],
  ),
};

const overImage = (...steps: readonly Step[]) => sequential(channelsFirst(), ...steps, flatten());
const models: Record<string, [array: 'rows' | 'image' | 'words', net: Step]> = {
  'dense with every kind of activation': [
    'rows',
    sequential(
      flatten(),
      ...(['relu', 'leakyRelu', 'elu', 'selu', 'gelu', 'silu', 'hardSwish', 'tanh', 'softplus'] as const).map(
        (activation) => dense(16, { activation }),
      ),
    ),
  ],
  'conv2d, same, with a stride and groups': [
    'image',
    overImage(conv2d(4, 3, { stride: 2, groups: 2, padding: 'same', activation: 'relu' })),
  ],
  'conv2d, dilated': ['image', overImage(conv2d(4, 3, { dilation: 2, padding: 'same', activation: 'relu' }))],
  'conv2d, 1 × 1': ['image', overImage(conv2d(4, 1, { activation: 'relu' }))],
  depthwiseConv2d: ['image', overImage(depthwiseConv2d(3, { multiplier: 2 }))],
  conv1d: ['rows', sequential(conv1d(5, 2, { padding: 'same' }), flatten())],
  'maxPool2d, separate and overlapping windows': [
    'image',
    overImage(conv2d(3, 2), maxPool2d(2), maxPool2d(2, { stride: 1 })),
  ],
  averagePool2d: ['image', overImage(conv2d(3, 2), averagePool2d(2, { padding: 'same' }))],
  globalAveragePool: ['image', sequential(channelsFirst(), conv2d(8, 3, { activation: 'relu' }), globalAveragePool())],
  globalMaxPool: ['image', sequential(channelsFirst(), conv2d(8, 3, { activation: 'relu' }), globalMaxPool())],
  batchNorm: ['image', overImage(conv2d(4, 3, { bias: false }), batchNorm())],
  groupNorm: ['image', overImage(conv2d(4, 3), groupNorm(2))],
  layerNorm: ['rows', sequential(dense(8), layerNorm(), flatten())],
  rmsNorm: ['rows', sequential(dense(8), rmsNorm(), flatten())],
  embedding: ['words', sequential(embedding(9, 5), flatten())],
  'multiHeadAttention, causal': [
    'rows',
    sequential(dense(8), multiHeadAttention(2, { causal: true, dropout: 0.1 }), flatten()),
  ],
  lstm: ['rows', sequential(lstm(6, { sequences: true }), lstm(5))],
  gru: ['rows', sequential(gru(6, { sequences: true }), gru(5))],
};

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
  async function train(array: 'rows' | 'image' | 'words', net: Step, units: number, loss: LossOf): Promise<number[]> {
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

  for (const [title, [array, net]] of Object.entries(models)) {
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
