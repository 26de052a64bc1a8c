import type { Scalar, Tensor, Tensor3D, Tensor4D, Tensor5D } from '@tensorflow/tfjs';
import { expect } from 'chai';
import type { Tf } from '../../tf/tf.js';
import { expectNoLeak, expectSame, numbers, startWasm } from './both-engines.test.support.js';

/** Gradients that are common in training, from any kernel. */
const functions: Record<string, (tf: Tf) => { f: (x: Tensor) => Tensor; shape: number[] }> = {
  'average pooling': (tf) => ({ f: (x) => tf.avgPool(x as Tensor4D, 3, 2, 'same'), shape: [2, 7, 6, 3] }),
  'average pooling without padding': (tf) => ({
    f: (x) => tf.avgPool(x as Tensor4D, 2, 2, 'valid'),
    shape: [2, 6, 7, 2],
  }),
  'global average pooling': (tf) => ({ f: (x) => tf.mean(x, [1, 2]), shape: [2, 4, 4, 3] }),
  'max pooling in three dimensions': (tf) => ({
    f: (x) => tf.maxPool3d(x as Tensor5D, 2, 2, 'valid'),
    shape: [1, 4, 4, 4, 2],
  }),
  'convolution in one dimension': (tf) => ({
    f: (x) => tf.conv1d(x as Tensor3D, numbers(tf, [3, 2, 4], 5) as Tensor3D, 2, 'same'),
    shape: [2, 9, 2],
  }),
  'convolution in three dimensions': (tf) => ({
    f: (x) => tf.conv3d(x as Tensor5D, numbers(tf, [2, 2, 2, 2, 3], 5) as Tensor5D, 1, 'same'),
    shape: [1, 4, 5, 3, 2],
  }),
  'separable convolution': (tf) => ({
    f: (x) =>
      tf.separableConv2d(
        x as Tensor4D,
        numbers(tf, [3, 3, 2, 2], 5) as Tensor4D,
        numbers(tf, [1, 1, 4, 3], 6) as Tensor4D,
        1,
        'same',
      ),
    shape: [2, 5, 5, 2],
  }),
  'convolution in three dimensions, stride 2': (tf) => ({
    f: (x) => tf.conv3d(x as Tensor5D, numbers(tf, [2, 2, 2, 2, 3], 5) as Tensor5D, 2, 'valid'),
    shape: [1, 4, 5, 4, 2],
  }),
  'a filter in three dimensions, stride 2': (tf) => ({
    f: (x) => tf.conv3d(numbers(tf, [1, 4, 5, 4, 2], 5) as Tensor5D, x as Tensor5D, 2, 'same'),
    shape: [2, 2, 2, 2, 3],
  }),
  dilation: (tf) => ({
    f: (x) => tf.dilation2d(x as Tensor4D, numbers(tf, [2, 2, 2], 5) as Tensor3D, 1, 'same'),
    shape: [1, 5, 6, 2],
  }),
  'batch normalization': (tf) => ({
    f: (x) => {
      const { mean, variance } = tf.moments(x, 0);
      return tf.batchNorm(x, mean, variance, numbers(tf, [5], 7), tf.ones([5]), 1e-3);
    },
    shape: [8, 5],
  }),
  'local response normalization': (tf) => ({
    f: (x) => tf.localResponseNormalization(x as Tensor4D, 2),
    shape: [2, 3, 3, 6],
  }),
  'layer normalization': (tf) => ({
    f: (x) => {
      const { mean, variance } = tf.moments(x, -1, true);
      return x.sub(mean).div(variance.add(1e-5).sqrt());
    },
    shape: [4, 6],
  }),
  softmax: (tf) => ({ f: (x) => tf.softmax(x), shape: [4, 6] }),
  'log-softmax': (tf) => ({ f: (x) => tf.logSoftmax(x), shape: [4, 6] }),
  'gelu by erf': (tf) => ({ f: (x) => x.mul(tf.erf(x.div(Math.SQRT2)).add(1)).mul(0.5), shape: [4, 6] }),
  'elu, selu, leaky relu': (tf) => ({
    f: (x) => tf.elu(x).add(tf.selu(x)).add(tf.leakyRelu(x, 0.1)),
    shape: [4, 6],
  }),
  prelu: (tf) => ({ f: (x) => tf.prelu(x, numbers(tf, [6], 8)), shape: [4, 6] }),
  'sigmoid, tanh, softplus': (tf) => ({ f: (x) => tf.sigmoid(x).mul(tf.tanh(x)).add(tf.softplus(x)), shape: [4, 6] }),
  'an embedding': (tf) => ({
    f: (x) =>
      tf.gather(
        x,
        tf.tensor2d(
          [
            [0, 3],
            [3, 1],
          ],
          [2, 2],
          'int32',
        ),
      ),
    shape: [5, 4],
  }),
  'slices and joins': (tf) => ({
    f: (x) => tf.concat([x.slice([0, 1], [4, 3]), x.reverse(1).slice([0, 0], [4, 2])], 1),
    shape: [4, 6],
  }),
  'maxima over an axis': (tf) => ({ f: (x) => tf.max(x, 1).add(tf.min(x, 1)), shape: [4, 6] }),
  'mirror padding': (tf) => ({
    f: (x) =>
      tf.mirrorPad(
        x,
        [
          [1, 1],
          [2, 1],
        ],
        'reflect',
      ),
    shape: [4, 6],
  }),
  'cumulative sums': (tf) => ({ f: (x) => tf.cumsum(x, 1), shape: [4, 6] }),
  'powers and clipping': (tf) => ({ f: (x) => tf.pow(x.abs().add(0.5), 1.7).clipByValue(0.4, 1.5), shape: [4, 6] }),
};

/** Gradients that the cpu engine 4.22 gets wrong (images that are not square, and nearest neighbours). */
const better: typeof functions = {
  'bilinear resizing': (tf) => ({ f: (x) => tf.image.resizeBilinear(x as Tensor4D, [7, 9]), shape: [2, 4, 5, 2] }),
  'nearest-neighbour resizing': (tf) => ({
    f: (x) => tf.image.resizeNearestNeighbor(x as Tensor4D, [8, 10]),
    shape: [2, 4, 5, 2],
  }),
};

describe('gradients on the wasm engine', () => {
  let tf: Tf;
  before(async () => {
    tf = await startWasm();
  });

  for (const [name, make] of Object.entries(functions)) {
    it(`of ${name} match the cpu engine, and leak nothing`, () => {
      const compute = () => {
        const { f, shape } = make(tf);
        const x = numbers(tf, shape);
        const y = f(x);
        return [y, tf.grad(f)(x, numbers(tf, y.shape, 9))];
      };
      expectSame(tf, compute);
      expectNoLeak(tf, compute, 10);
    });
  }

  for (const [name, make] of Object.entries(better)) {
    it(`of ${name} match finite differences`, () => {
      void tf.setBackend('wasm');
      const { f, shape } = make(tf);
      const [expected, slope] = tf.tidy(() => {
        const [x, direction] = [numbers(tf, shape, 1), numbers(tf, shape, 2).mul(0.1)];
        const loss = (at: Tensor) => tf.mul(f(at), numbers(tf, f(at).shape, 9)).sum() as Scalar;
        const difference = loss(x.add(direction))
          .sub(loss(x.sub(direction)))
          .div(2);
        return [difference.dataSync()[0], tf.grad(loss)(x).mul(direction).sum().dataSync()[0]] as [number, number];
      });
      expect(slope).to.be.closeTo(expected, 1e-4 * Math.abs(expected));
    });
  }
});
