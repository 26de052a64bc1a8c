import { type Batch, isForgeError, sgd, tensor } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import { expect } from 'chai';
import type { TfjsModel } from '../model/tfjs-model.js';
import { cpuTf } from '../optimizers/tf.test.support.js';
import type { Tf } from '../tf/tf.js';
import { buildSession } from './build-session.js';

const sizeOfBatch = 4;

function batch(labels: readonly number[], make: (values: readonly number[]) => Batch[string] = int32): Batch {
  const x = Float32Array.from({ length: sizeOfBatch * 3 }, (_, i) => Math.sin(i + 1));
  return { x: tensor(x, [sizeOfBatch, 3]), y: make(labels), t: tensor(Float32Array.from(labels)) };
}
const int32 = (values: readonly number[]) => tensor(Int32Array.from(values));

async function failure(run: () => unknown): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    if (!isForgeError(error)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

describe('how a model uses the arrays of its data', () => {
  let tf: Tf;
  let tensors: number;
  before(async () => {
    tf = await cpuTf();
  });
  beforeEach(() => {
    tensors = tf.memory().numTensors;
  });
  afterEach(() => {
    expect(tf.memory().numTensors, 'leaked tensors').to.equal(tensors);
    expect(Object.hasOwn(tf.engine(), 'runKernel'), 'kernels still watched').to.equal(false);
  });

  const classes = 3;
  function classifier(labelsOf = (y: tfjs.Tensor) => y as tfjs.Tensor1D): TfjsModel {
    const net = tf.sequential({ layers: [tf.layers.dense({ units: classes, inputShape: [3] })] });
    return {
      predict: ({ x }) => net.apply(x!),
      loss: ({ y }, logits) => tf.losses.softmaxCrossEntropy(tf.oneHot(labelsOf(y!), classes), logits),
      optimizer: sgd(0.1),
    };
  }

  const kinds: Record<string, (values: readonly number[]) => Batch[string]> = {
    int32,
    float32: (values) => tensor(Float32Array.from(values)),
    'int32, a column': (values) => tensor(Int32Array.from(values), [sizeOfBatch, 1]),
  };
  for (const [kind, make] of Object.entries(kinds)) {
    it(`rejects labels out of range, at the first batch and at any other: ${kind}`, async () => {
      const load = () => classifier((y) => tf.cast(tf.reshape(y, [-1]), 'int32') as tfjs.Tensor1D);
      const message =
        'DATA_INVALID: The array y holds 3, but the model uses it for tf.oneHot with 3 entries: from 0 to 2.';
      const bad = batch([0, 1, 2, 3], make);
      expect(await failure(() => buildSession(tf, { load, sample: bad, seed: 1 }))).to.equal(message);
      const session = await buildSession(tf, { load, sample: batch([0, 1, 2, 2], make), seed: 1 });
      expect(await failure(() => session.step(bad, { step: 0, metrics: false }))).to.equal(message);
      expect(await failure(() => session.evaluate(bad))).to.equal(message);
      session.step(batch([2, 2, 0, 1], make), { step: 0, metrics: false });
      await session.dispose();
    });
  }

  it('warns of negative labels, which have no class', async () => {
    const session = await buildSession(tf, { load: () => classifier(), sample: batch([0, -1, 2, 2]), seed: 1 });
    expect(session.warnings).to.have.lengthOf(1);
    expect(session.warnings[0]).to.include('The array y holds -1');
    await session.dispose();
  });

  it('accepts labels that the model itself limits to the range', async () => {
    const load = () => classifier((y) => tf.clipByValue(y, 0, classes - 1) as tfjs.Tensor1D);
    const session = await buildSession(tf, { load, sample: batch([0, 1, 7, 9]), seed: 1 });
    await session.dispose();
  });

  it('rejects indices out of the range of an embedding', async () => {
    const load = (): TfjsModel => {
      const net = tf.sequential({ layers: [tf.layers.embedding({ inputDim: 5, outputDim: 2, inputShape: [1] })] });
      return {
        predict: ({ y }) => net.apply(tf.reshape(y!, [-1, 1])),
        loss: (_, output) => tf.mean(tf.square(output)),
        optimizer: sgd(0.1),
      };
    };
    const session = await buildSession(tf, { load, sample: batch([0, 1, 2, 4]), seed: 1 });
    for (const wrong of [5, -1]) {
      const y = { y: int32([0, wrong, 2, 4]) };
      expect(await failure(() => session.predict(y))).to.include(`The array y holds ${wrong}`);
    }
    await session.dispose();
  });

  type Make = (column: tfjs.Tensor, t: tfjs.Tensor) => tfjs.Tensor;
  const mistakes: Record<string, Make> = {
    'a difference': (output, t) => tf.sub(output, t),
    'its mirror': (output, t) => tf.sub(t, output),
    'a squared difference': (output, t) => tf.squaredDifference(output, t),
    'an accuracy': (output, t) => tf.cast(tf.equal(output, t), 'float32').add(output.sum().mul(0)),
  };
  const intended: Record<string, Make> = {
    'one shape': (output, t) => tf.sub(output, tf.reshape(t, [-1, 1])),
    'explicit pairs': (output, t) => tf.sub(output, tf.reshape(t, [1, -1])),
    'all pairs of one array': (output, t) => output.sum().add(tf.sub(tf.reshape(t, [-1, 1]), t)),
  };
  function regression(make: Make): TfjsModel {
    const net = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [3] })] });
    return {
      predict: ({ x }) => net.apply(x!),
      loss: ({ t }, output) => tf.mean(tf.square(make(output, t!))),
      optimizer: sgd(0.1),
    };
  }
  for (const [title, make] of Object.entries(mistakes)) {
    it(`rejects a column against a row of examples: ${title}`, async () => {
      const build = () => buildSession(tf, { load: () => regression(make), sample: batch([0, 1, 2, 2]), seed: 1 });
      const message = await failure(build);
      expect(message).to.match(/^MODEL_INVALID: \w+ of .*t \[4\].* gives \[4, 4\]: every example/);
    });
  }
  for (const [title, make] of Object.entries(intended)) {
    it(`accepts what is intended: ${title}`, async () => {
      const session = await buildSession(tf, { load: () => regression(make), sample: batch([0, 1, 2, 2]), seed: 1 });
      await session.dispose();
    });
  }

  it('accepts a vector of weights that is as long as a batch', async () => {
    const load = () => {
      const weights = tf.variable(tf.ones([sizeOfBatch]));
      return regression((output) => tf.mul(output, weights));
    };
    const session = await buildSession(tf, { load, sample: batch([0, 1, 2, 2]), seed: 1 });
    await session.dispose();
  });

  it('reports that a tensor kept from an earlier call is disposed', async () => {
    let cached: tfjs.Tensor | undefined;
    const load = () =>
      regression((output, t) => {
        cached ??= tf.ones([sizeOfBatch, 1]);
        return tf.sub(tf.mul(output, cached), tf.reshape(t, [-1, 1]));
      });
    expect(await failure(() => buildSession(tf, { load, sample: batch([0, 1, 2, 2]), seed: 1 }))).to.equal(
      'MODEL_INVALID: The model uses a disposed tensor: tensors made in predict, loss and stats live until these return.',
    );
  });
});
