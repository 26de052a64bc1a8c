import { type Batch, elements, type NamedTensors, sgd, type TrainSession, tensor } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import { expect } from 'chai';
import { cpuTf } from '../optimizers/tf.test.support.js';
import { buildSession } from '../session/build-session.js';
import type { Tf } from '../tf/tf.js';
import { bitsOf } from './models.test.support.js';
import type { OneLossModel } from './tfjs-model.js';

const rate = 0.1;
const size = 6;

function batch(index = 0): Batch {
  const x = Float32Array.from({ length: size * 4 }, (_, i) => Math.sin((i + 1) * (index + 1.3)));
  const y = Float32Array.from({ length: size * 2 }, (_, i) => Math.cos(i * (index + 1.7)));
  return { x: tensor(x, [size, 4]), y: tensor(y, [size, 2]) };
}

/** Initial values that violate every constraint. */
const uneven = (tf: Tf) => tf.initializers.randomUniform({ minval: -2, maxval: 2, seed: 3 });

describe('settings of layers that TensorFlow.js applies in fit', () => {
  let tf: Tf;
  before(async () => {
    tf = await cpuTf();
  });
  afterEach(() => {
    // The variables of models that fit has trained.
    tf.disposeVariables();
  });

  function regression(net: tfjs.LayersModel, more: Partial<OneLossModel> = {}): OneLossModel {
    return {
      predict: ({ x }, { training }) => net.apply(x!, { training }),
      loss: ({ y }, output) => tf.losses.meanSquaredError(y!, output),
      optimizer: sgd(rate),
      artefacts: { net },
      ...more,
    };
  }

  async function open(load: () => OneLossModel): Promise<TrainSession> {
    return buildSession(tf, { load, sample: batch(), seed: 1 });
  }

  const nets: Record<string, () => tfjs.LayersModel> = {
    'an L2 regularizer of a kernel': () => dense({ kernelRegularizer: tf.regularizers.l2({ l2: 0.3 }) }),
    'L1 and L2, by name, of a bias': () =>
      dense({ biasRegularizer: 'l1l2', useBias: true, biasInitializer: uneven(tf) }),
    'a maximum norm of a kernel': () => dense({ kernelConstraint: tf.constraints.maxNorm({ maxValue: 0.5, axis: 0 }) }),
    'a unit norm of a kernel': () => dense({ kernelConstraint: 'unitNorm' }),
    'a bias that is not negative': () => dense({ biasConstraint: 'nonNeg', biasInitializer: uneven(tf) }),
    'both at once': () =>
      dense({
        kernelRegularizer: 'l1l2',
        kernelConstraint: tf.constraints.minMaxNorm({ minValue: 0.1, maxValue: 0.4 }),
      }),
    'a layer of a model inside a model': () =>
      tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [4] }), dense({ kernelRegularizer: 'l1l2' })] }),
    'a layer inside a wrapper': () =>
      tf.sequential({
        layers: [
          tf.layers.reshape({ targetShape: [2, 2], inputShape: [4] }),
          tf.layers.timeDistributed({
            layer: tf.layers.dense({
              units: 2,
              kernelInitializer: uneven(tf),
              kernelRegularizer: 'l1l2',
              kernelConstraint: 'nonNeg',
            }),
          }),
          tf.layers.globalAveragePooling1d(),
        ],
      }),
    'a layer that is not trainable': () => dense({ trainable: false }),
    'a model whose first layer is frozen later': () => {
      const net = dense({});
      net.layers[0]!.trainable = false;
      return net;
    },
  };

  /** Two layers, the first with the given settings. */
  function dense(settings: object): tfjs.Sequential {
    return tf.sequential({
      layers: [
        tf.layers.dense({ units: 3, inputShape: [4], kernelInitializer: uneven(tf), ...settings }),
        tf.layers.dense({ units: 2, kernelInitializer: uneven(tf) }),
      ],
    });
  }

  for (const [title, make] of Object.entries(nets)) {
    it(`matches fit: ${title}`, async () => {
      let net: tfjs.LayersModel | undefined;
      const session = await open(() => {
        net = make();
        return regression(net);
      });
      const reference = make();
      reference.compile({ optimizer: tf.train.sgd(rate), loss: 'meanSquaredError' });
      for (let step = 0; step < 3; step++) {
        const { x, y } = batch(step);
        const [inputs, targets] = [x!, y!].map((data) => tf.tensor(elements(data) as Float32Array, [...data.shape]));
        const { loss } = (await session.evaluate(batch(step))) as { loss: number };
        const { history } = await reference.fit(inputs!, targets!, { batchSize: size, epochs: 1, shuffle: false });
        expect(loss, `the loss before step ${step}`).to.be.closeTo(Number(history.loss![0]), 1e-5);
        // fit leaves constraints to `write`.
        for (const weight of reference.weights) weight.write(weight.read().clone());
        const stats = await session.step(batch(step), { step, metrics: true });
        expect(stats.loss).to.be.closeTo(loss, 1e-6);
      }
      // In the order of a model's layers, as getWeights has them too.
      for (const [index, weight] of net!.weights.entries()) {
        const found = [...(weight.read() as tfjs.Variable).dataSync()];
        const expected = reference.weights[index]!.read().dataSync();
        for (const [place, value] of found.entries()) expect(value).to.be.closeTo(expected[place]!, 1e-5);
      }
      await session.dispose();
    });
  }

  it('does not change an inner model that is not trainable, unlike fit', async () => {
    const session = await open(() => {
      const inner = dense({});
      inner.trainable = false;
      return regression(tf.sequential({ layers: [inner, tf.layers.dense({ units: 2 })] }));
    });
    const before = bitsOf(await session.capture());
    await session.step(batch(), { step: 0, metrics: false });
    const after = bitsOf(await session.capture());
    const moved = Object.keys(after).filter((name) => after[name] !== before[name]);
    expect(moved).to.deep.equal(session.parameters.filter(({ trainable }) => trainable).map(({ name }) => name));
    expect(moved).to.have.lengthOf(2);
    await session.dispose();
  });

  it('applies the regularizers and constraints of recurrent cells, unlike fit', async () => {
    const kernelOf = async (settings: object) => {
      const session = await open(() =>
        regression(
          tf.sequential({
            layers: [
              tf.layers.reshape({ targetShape: [2, 2], inputShape: [4] }),
              tf.layers.bidirectional({
                layer: tf.layers.gru({ units: 1, kernelInitializer: uneven(tf), ...settings }) as tfjs.RNN,
                mergeMode: 'concat',
              }),
            ],
          }),
        ),
      );
      await session.step(batch(), { step: 0, metrics: false });
      const { parameters } = await session.capture();
      await session.dispose();
      return kernels(parameters);
    };
    const [plain, regularized, constrained] = await Promise.all(
      [{}, { kernelRegularizer: tf.regularizers.l2({ l2: 3 }) }, { kernelConstraint: 'nonNeg' }].map(kernelOf),
    );
    expect(norm(regularized!)).to.be.lessThan(0.8 * norm(plain!));
    expect(Math.min(...plain!)).to.be.lessThan(0);
    expect(Math.min(...constrained!)).to.equal(0);
  });

  it('does not add a regularizer again that the loss already adds', async () => {
    const regularizer = () => tf.regularizers.l2({ l2: 2 });
    const lossOf = async (own: boolean) => {
      const session = await open(() => {
        const net = dense({ kernelRegularizer: regularizer() });
        const model = regression(net);
        const loss: OneLossModel['loss'] = (given, output, context) =>
          tf.addN([model.loss(given, output, context), ...net.calculateLosses()]);
        return own ? { ...model, loss } : model;
      });
      const { loss } = await session.evaluate(batch());
      await session.dispose();
      return loss!;
    };
    expect(await lossOf(true)).to.be.closeTo(await lossOf(false), 1e-5);
  });

  it('constrains after an update, not while gradients are accumulated, and resumes bit-identically', async () => {
    const make = () =>
      open(() =>
        regression(dense({ kernelConstraint: 'unitNorm', kernelRegularizer: 'l1l2' }), {
          optimizer: sgd(rate, { accumulate: 2 }),
        }),
      );
    const straight = await make();
    const start = bitsOf(await straight.capture());
    await straight.step(batch(0), { step: 0, metrics: false });
    const kernel = 'net/dense_1/kernel';
    expect(bitsOf(await straight.capture())[kernel]).to.equal(start[kernel]);
    const between = await straight.capture();
    for (let step = 1; step < 4; step++) await straight.step(batch(step), { step, metrics: false });
    const resumed = await make();
    await resumed.restore(between);
    for (let step = 1; step < 4; step++) await resumed.step(batch(step), { step, metrics: false });
    expect(bitsOf(await resumed.capture())).to.deep.equal(bitsOf(await straight.capture()));
    const [first = 0, , , second = 0, , , third = 0, , , fourth = 0] = elements(
      (await straight.capture()).parameters.get(kernel)!,
    ) as Float32Array;
    expect(Math.hypot(first, second, third, fourth)).to.be.closeTo(1, 1e-5);
    await straight.dispose();
    await resumed.dispose();
  });

  function kernels(parameters: NamedTensors): number[] {
    return [...parameters].flatMap(([name, data]) =>
      name.endsWith('/kernel') ? [...(elements(data) as Float32Array)] : [],
    );
  }

  function norm(values: readonly number[]): number {
    return Math.hypot(...values);
  }
});
