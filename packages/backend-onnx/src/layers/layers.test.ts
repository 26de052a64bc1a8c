import { createRequire } from 'node:module';
import { elements, type TensorData } from '@forge-ml/core/plugin';
import { cast } from '@forge-ml/onnx/ops';
import type * as tfjs from '@tensorflow/tfjs';
import { expect } from 'chai';
import { multiHeadAttention } from './attention.js';
import { batchNorm } from './batch-norm.js';
import { conv1d, conv2d, depthwiseConv2d } from './conv.js';
import { dense } from './dense.js';
import { embedding } from './embedding.js';
import { gru } from './gru.js';
import { lstm } from './lstm.js';
import { groupNorm, layerNorm, rmsNorm } from './norms.js';
import { averagePool2d, globalAveragePool, globalMaxPool, maxPool1d, maxPool2d } from './pooling.js';
import { type LayerRun, runLayer, waves } from './run-layer.test.support.js';
import { sequential } from './sequential.js';
import { channelsFirst, flatten } from './shapes.js';

const tf = createRequire(import.meta.url)('@tensorflow/tfjs') as typeof tfjs;

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 2e-5): void {
  expect(actual.length).to.equal(expected.length);
  for (let at = 0; at < expected.length; at++) {
    expect(actual[at], `element ${at}`).to.be.closeTo(expected[at]!, tolerance * Math.max(1, Math.abs(expected[at]!)));
  }
}

/** A parameter as a TensorFlow.js tensor. */
function tensorOf(run: LayerRun, name: string): tfjs.Tensor {
  const found = run.parameters.get(name) as TensorData & { dtype: 'float32' };
  expect(found, [...run.parameters.keys()].join()).not.to.equal(undefined);
  return tf.tensor(elements(found), [...found.shape]);
}

/** Cho et al.'s equations, the reset gate after the multiplication. */
function gruByHand(run: LayerRun, sequences: boolean): number[] {
  const named = (part: string) => tensorOf(run, `gru_1/${part}`);
  const [kernel, recurrent] = [named('kernel'), named('recurrent_kernel')] as tfjs.Tensor2D[];
  const outputs: tfjs.Tensor[] = [];
  let h: tfjs.Tensor2D = tf.zeros([3, 5]);
  for (const x of tf.unstack(tf.tensor3d(rows.data, [3, 7, 4]), 1) as tfjs.Tensor2D[]) {
    const [zIn, rIn, cIn] = tf.split(tf.add(tf.matMul(x, kernel!), named('bias')), 3, 1);
    const [zOld, rOld, cOld] = tf.split(tf.add(tf.matMul(h, recurrent!), named('recurrent_bias')), 3, 1);
    const z = tf.sigmoid(tf.add(zIn!, zOld!));
    const candidate = tf.tanh(tf.add(cIn!, tf.mul(tf.sigmoid(tf.add(rIn!, rOld!)), cOld!)));
    h = tf.add(tf.mul(tf.sub(1, z), candidate), tf.mul(z, h)) as tfjs.Tensor2D;
    outputs.push(h);
  }
  return Array.from((sequences ? tf.stack(outputs, 1) : h).dataSync());
}

const image = waves([2, 9, 8, 4]);
const rows = waves([3, 7, 4]);
const tfImage = () => tf.tensor4d(image.data, [2, 9, 8, 4]);
const toChannelsFirst = (x: tfjs.Tensor) => tf.transpose(x, [0, 3, 1, 2]);
const channelsLast = (kernel: tfjs.Tensor) => tf.transpose(kernel, [2, 3, 1, 0]) as tfjs.Tensor4D;

describe('layers, compared with TensorFlow.js', () => {
  before(() => tf.setBackend('cpu'));

  it('dense', async () => {
    const run = await runLayer(({ x }, c) => dense(5, { activation: 'tanh' })(x!, c), { x: rows });
    const product = tf.matMul(
      tf.reshape(tf.tensor(rows.data), [21, 4]),
      tensorOf(run, 'dense_1/kernel') as tfjs.Tensor2D,
    );
    expect(run.shape).to.deep.equal([3, 7, 5]);
    expectClose(run.values, tf.tanh(tf.add(product, tensorOf(run, 'dense_1/bias'))).dataSync());
  });

  for (const [padding, stride, dilation] of [
    ['valid', 1, 1],
    ['same', 1, 1],
    ['same', 2, 1],
    ['valid', 2, 1],
    ['same', 1, 2],
    [1, 1, 1],
  ] as const) {
    it(`conv2d, padding ${padding}, stride ${stride}, dilation ${dilation}`, async () => {
      const layer = sequential(channelsFirst(), conv2d(6, padding === 1 ? 3 : [3, 2], { padding, stride, dilation }));
      const run = await runLayer(({ x }, c) => layer(x!, c), { x: image });
      const kernel = channelsLast(tensorOf(run, 'conv2d_1/kernel'));
      const theirs = tf.conv2d(
        tfImage(),
        kernel,
        stride,
        padding,
        'NHWC',
        dilation,
        padding === 1 ? 'floor' : undefined,
      );
      expectClose(run.values, toChannelsFirst(theirs).dataSync());
    });
  }

  it('conv2d with groups equals one convolution per group', async () => {
    const layer = sequential(channelsFirst(), conv2d(6, 3, { groups: 2 }));
    const run = await runLayer(({ x }, c) => layer(x!, c), { x: image });
    const kernel = channelsLast(tensorOf(run, 'conv2d_1/kernel'));
    const kernels = tf.split(kernel, 2, 3) as tfjs.Tensor4D[];
    const parts = tf
      .split(tfImage(), 2, 3)
      .map((part, at) => tf.conv2d(part as tfjs.Tensor4D, kernels[at]!, 1, 'valid'));
    expectClose(run.values, toChannelsFirst(tf.concat(parts, 3)).dataSync());
  });

  it('depthwiseConv2d', async () => {
    const layer = sequential(channelsFirst(), depthwiseConv2d(3, { multiplier: 2, padding: 'same' }));
    const run = await runLayer(({ x }, c) => layer(x!, c), { x: image });
    const kernel = tensorOf(run, 'depthwise_conv2d_1/kernel');
    // [channels · multiplier, 1, h, w] to [h, w, channels, multiplier]
    const theirs = tf.transpose(tf.reshape(kernel, [4, 2, 3, 3]), [2, 3, 0, 1]) as tfjs.Tensor4D;
    expectClose(run.values, toChannelsFirst(tf.depthwiseConv2d(tfImage(), theirs, 1, 'same')).dataSync());
  });

  it('conv1d', async () => {
    const x = waves([2, 4, 9]);
    const run = await runLayer(({ x }, c) => conv1d(3, 3, { stride: 2, padding: 'same' })(x!, c), { x });
    const kernel = tf.transpose(tensorOf(run, 'conv1d_1/kernel'), [2, 1, 0]) as tfjs.Tensor3D;
    const last = tf.transpose(tf.tensor3d(x.data, [2, 4, 9]), [0, 2, 1]) as tfjs.Tensor3D;
    expectClose(run.values, tf.transpose(tf.conv1d(last, kernel, 2, 'same'), [0, 2, 1]).dataSync());
  });

  it('pooling', async () => {
    const pooled = async (step: ReturnType<typeof maxPool2d>) =>
      (await runLayer(({ x }, c) => sequential(channelsFirst(), step)(x!, c), { x: image })).values;
    const theirs = (x: tfjs.Tensor4D) => toChannelsFirst(x).dataSync();
    expectClose(await pooled(maxPool2d(2)), theirs(tf.maxPool(tfImage(), 2, 2, 'valid')));
    expectClose(
      await pooled(maxPool2d(3, { stride: 2, padding: 'same' })),
      theirs(tf.maxPool(tfImage(), 3, 2, 'same')),
    );
    expectClose(
      await pooled(averagePool2d(3, { stride: 2, padding: 'same' })),
      theirs(tf.avgPool(tfImage(), 3, 2, 'same')),
    );
    expectClose(await pooled(globalAveragePool()), tf.mean(tfImage(), [1, 2]).dataSync());
    expectClose(await pooled(globalMaxPool()), tf.max(tfImage(), [1, 2]).dataSync());
    const line = waves([2, 3, 8]);
    const run = await runLayer(({ x }) => maxPool1d(2)(x!, undefined as never), { x: line });
    expectClose(run.values, tf.max(tf.reshape(tf.tensor(line.data), [2, 3, 4, 2]), 3).dataSync());
  });

  it('normalization', async () => {
    const x = tf.tensor(rows.data, [3, 7, 4]);
    const { mean, variance } = tf.moments(x, 2, true);
    const layer = await runLayer(({ x }, c) => layerNorm()(x!, c), { x: rows });
    expectClose(layer.values, tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5))).dataSync());
    const rms = await runLayer(({ x }, c) => rmsNorm()(x!, c), { x: rows });
    expectClose(rms.values, tf.div(x, tf.sqrt(tf.add(tf.mean(tf.square(x), 2, true), 1e-5))).dataSync());
    const groups = await runLayer(({ x }, c) => sequential(channelsFirst(), groupNorm(2))(x!, c), { x: image });
    const grouped = tf.reshape(toChannelsFirst(tfImage()), [2, 2, -1]);
    const moments = tf.moments(grouped, 2, true);
    expectClose(
      groups.values,
      tf.div(tf.sub(grouped, moments.mean), tf.sqrt(tf.add(moments.variance, 1e-5))).dataSync(),
    );
  });

  it('batch norm uses the batch while training, the running statistics otherwise, and updates them by the momentum', async () => {
    const layer = batchNorm({ momentum: 0.8 });
    const inference = await runLayer(({ x }, c) => layer(x!, c), { x: rows });
    expectClose(
      inference.values,
      Array.from(rows.data, (value) => value / Math.sqrt(1 + 1e-5)),
    );
    expect(inference.updates.size).to.equal(0);
    const training = await runLayer(({ x }, c) => layer(x!, c), { x: rows }, true);
    const { mean, variance } = tf.moments(tf.tensor(rows.data, [3, 7, 4]), [0, 2], true);
    const theirs = tf.div(tf.sub(tf.tensor(rows.data, [3, 7, 4]), mean), tf.sqrt(tf.add(variance, 1e-5)));
    expectClose(training.values, theirs.dataSync());
    expectClose(training.updates.get('batch_normalization_1/moving_mean')!, tf.mul(mean, 0.2).dataSync());
    const spread = tf.add(tf.mul(variance, 0.2), 0.8).dataSync();
    expectClose(training.updates.get('batch_normalization_1/moving_variance')!, spread);
  });

  it('embedding', async () => {
    const x = { shape: [2, 3], data: Int32Array.of(0, 4, 1, 2, 2, 3) };
    const run = await runLayer(({ x }, c) => embedding(5, 6)(x!, c), { x });
    expect(run.shape).to.deep.equal([2, 3, 6]);
    expectClose(
      run.values,
      tf.gather(tensorOf(run, 'embedding_1/embeddings'), tf.tensor1d(x.data, 'int32')).dataSync(),
    );
  });

  it('embedding accepts integers of any type, and nothing else', async () => {
    const x = { shape: [2, 3], data: Int32Array.of(0, 4, 1, 2, 2, 3) };
    const plain = await runLayer(({ x }, c) => embedding(5, 6)(x!, c), { x });
    for (const dtype of ['uint8', 'int16', 'uint32', 'int64'] as const) {
      const run = await runLayer(({ x }, c) => embedding(5, 6)(cast(x!, dtype), c), { x });
      expect(run.values, dtype).to.deep.equal(plain.values);
    }
    const error = await runLayer(({ x }, c) => embedding(5, 6)(cast(x!, 'float32'), c), { x }).catch(
      (thrown) => thrown,
    );
    expect(error.message).to.equal('embedding takes whole numbers, not float32[batch, 3].');
  });

  for (const [name, which, layer] of [
    ['lstm', 'all time steps', lstm(5, { sequences: true })],
    ['gru', 'all time steps', gru(5, { sequences: true })],
    ['lstm', 'the last time step', lstm(5)],
    ['gru', 'the last time step', gru(5)],
  ] as const) {
    it(`${name}, returning ${which}, matches its equations`, async () => {
      const run = await runLayer(({ x }, c) => layer(x!, c), { x: rows });
      const sequences = run.shape.length === 3;
      const theirs = { units: 5, returnSequences: sequences, recurrentActivation: 'sigmoid' } as const;
      if (name === 'lstm') {
        const keras = tf.layers.lstm(theirs);
        const input = tf.tensor3d(rows.data, [3, 7, 4]);
        keras.apply(input);
        keras.setWeights(['kernel', 'recurrent_kernel', 'bias'].map((part) => tensorOf(run, `${name}_1/${part}`)));
        expectClose(run.values, (keras.apply(input) as tfjs.Tensor).dataSync());
        // Its variables are registered with an engine that other tests share, and count on.
        keras.dispose();
      }
      // TensorFlow.js has the reset gate before the multiplication only.
      else expectClose(run.values, gruByHand(run, sequences));
    });
  }

  it('multi-head attention, causal and masked, matches its definition', async () => {
    const mask = {
      shape: [3, 1, 1, 7],
      data: Uint8Array.from({ length: 21 }, (_, at) => Number(at % 7 !== 0 || at < 1)),
    };
    const layer = multiHeadAttention(2, { causal: true });
    const run = await runLayer(({ x, mask }, c) => layer(x!, c, { mask: mask! }), { x: rows, mask });
    const x = tf.tensor3d(rows.data, [3, 7, 4]);
    const project = (name: string, value: tfjs.Tensor) => {
      const kernel = tensorOf(run, `multi_head_attention_1/${name}/kernel`) as tfjs.Tensor2D;
      return tf.reshape(tf.matMul(tf.reshape(value, [21, 4]), kernel), [3, 7, 4]);
    };
    const heads = (value: tfjs.Tensor) => tf.transpose(tf.reshape(value, [3, 7, 2, 2]), [0, 2, 1, 3]);
    const scores = tf.div(tf.matMul(heads(project('query', x)), heads(project('key', x)), false, true), Math.SQRT2);
    const causal = tf.linalg.bandPart(tf.ones([7, 7]), -1, 0);
    const allowed = tf.mul(causal, tf.tensor(mask.data, [3, 1, 1, 7], 'float32'));
    const weights = tf.softmax(tf.add(scores, tf.mul(tf.sub(1, allowed), -1e9)));
    const joined = tf.reshape(tf.transpose(tf.matMul(weights, heads(project('value', x))), [0, 2, 1, 3]), [3, 7, 4]);
    const expected = Array.from(project('output', joined).dataSync());
    // Where all positions are masked (for position 0 of two examples) the weights are arbitrary.
    const fullyMasked = (at: number) => Math.floor(at / 4) % 7 === 0;
    expectClose(
      run.values.map((value, at) => (fullyMasked(at) ? 0 : value)),
      expected.map((value, at) => (fullyMasked(at) ? 0 : value)),
    );
  });

  it('flatten', async () => {
    expect((await runLayer(({ x }, c) => flatten()(x!, c), { x: image })).shape).to.deep.equal([2, 288]);
  });
});
