import { type Batch, type Engine, RandomStream, tensor } from '@forge-ml/core/plugin';
import { describeBackendConformance } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { OnnxBackend } from './backend.js';
import { conformanceModel, optimizerRules } from './conformance-model.test.support.js';
import {
  adam,
  batchNorm,
  conv2d,
  dense,
  depthwiseConv2d,
  dropout,
  flatten,
  type Layer,
  layerNorm,
  lstm,
  maxPool2d,
  multiHeadAttention,
  type OnnxModel,
  ops,
  sequential,
  softmaxCrossEntropy,
} from './index.js';

const noise = (stream: string, shape: readonly number[], number: number) => {
  const random = RandomStream.of(number, stream);
  return tensor(
    Float32Array.from({ length: shape.reduce((size, dimension) => size * dimension) }, () => random.normal()),
    shape,
  );
};
const batchAt = (shape: readonly number[], number: number): Batch => ({
  x: noise('x', shape, number),
  labels: tensor(Int32Array.from({ length: shape[0]! }, (_, at) => (at + number) % 3)),
});

const attention = (): Layer => {
  const attend = multiHeadAttention(2, { causal: true });
  return sequential(layerNorm(), (x, context) => ops.add(x, attend(x, context)), flatten(), dense(3));
};
/** No bias before batch norm: its gradient is pure rounding error, which Adam would amplify. */
const models: Readonly<Record<string, { readonly net: () => Layer; readonly shape: readonly number[] }>> = {
  'convolutions, batch norm and pooling': {
    net: () =>
      sequential(
        conv2d(4, 3, { padding: 1, bias: false }),
        batchNorm(),
        maxPool2d(3, { stride: 2 }),
        depthwiseConv2d(3, { stride: 2, activation: 'tanh' }),
        flatten(),
        dropout(0.2),
        dense(3),
      ),
    shape: [4, 2, 12, 12],
  },
  'an LSTM': { net: () => sequential(lstm(6), dense(3)), shape: [4, 5, 3] },
  attention: { net: attention, shape: [4, 6, 8] },
};

/** Each optimizer takes seconds on a driver in software: three stand for all, unless FORGE_EVERY_OPTIMIZER=1. */
const few = ['adam', 'momentum', 'adam by a falling rate'];
const every = process.env.FORGE_EVERY_OPTIMIZER === '1';
const optimizers = Object.entries(optimizerRules).filter(([name]) => every || few.includes(name));

describe('webgpu', () => {
  const backend = new OnnxBackend();
  describeBackendConformance({
    name: 'onnx on webgpu',
    backend,
    start: () => backend.start({ engine: 'webgpu', searchFrom: [] }),
    model: conformanceModel,
    optimizers: Object.fromEntries(optimizers),
  });

  describe('computes the same as the cpu', () => {
    const engines: Engine[] = [];
    before(async () => {
      for (const engine of ['cpu', 'webgpu']) engines.push(await backend.start({ engine, searchFrom: [] }));
    });
    after(async () => {
      for (const engine of engines) await engine.dispose();
    });

    for (const [title, { net, shape }] of Object.entries(models)) {
      it(`training ${title}, step by step and fused`, async () => {
        const [expected, actual] = await Promise.all(engines.map((engine) => losses(engine, net, shape)));
        for (const [at, loss] of expected!.entries()) expect(actual![at], `loss ${at}`).to.be.closeTo(loss, 1e-4);
      }).timeout(60_000);
    }
  });
});

/** The losses of five updates, the last three of them fused, and of an evaluation. */
async function losses(engine: Engine, build: () => Layer, shape: readonly number[]): Promise<number[]> {
  const load = (): OnnxModel => {
    const net = build();
    return {
      predict: ({ x }, context) => net(x!, context),
      loss: ({ labels }, logits) => softmaxCrossEntropy(logits, labels!),
      optimizer: adam(0.01, { clipNorm: 1 }),
      artefacts: { net },
    };
  };
  const session = await engine.build({ load, sample: batchAt(shape, 0), seed: 3 });
  const numbers = [];
  for (const step of [0, 1]) numbers.push(await session.step(batchAt(shape, step), { step, metrics: true }));
  const batches = [2, 3, 4].map((number) => batchAt(shape, number));
  numbers.push(...(await session.fused!.steps(batches, { step: 2, metrics: true })));
  numbers.push(await session.evaluate(batchAt(shape, 5)));
  await session.dispose();
  return numbers.map(({ loss }) => loss!);
}
