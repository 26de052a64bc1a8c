import { createRequire } from 'node:module';
import type * as tfjs from '@tensorflow/tfjs';
import type { Value } from '../graph/ir/graph.js';
import { constant, input } from '../graph/ir/values.js';
import * as activations from '../ops/activations.js';
import { add, mul, sub } from '../ops/elementwise.js';
import { conv, convTranspose, matMul } from '../ops/linear.js';
import { softmaxCrossEntropyLoss } from '../ops/loss.js';
import { batchNormalization, layerNormalization } from '../ops/normalization.js';
import { averagePool, maxPool } from '../ops/pooling.js';
import { reduceSum } from '../ops/reduction.js';
import { gather, slice, transpose } from '../ops/shape.js';
import { RandomStream } from '../random.test.support.js';
import { numbersOf, tensorOf } from '../tensor/numbers.js';
import { elements, type TensorData } from '../tensor/tensor.js';
import { expectClose, randomTensor } from './finite-differences.test.support.js';
import { gradientsOf } from './gradients.js';
import { openGraph } from './run-graph.test.support.js';

type Tensors = readonly tfjs.Tensor[];

interface Comparison {
  readonly shapes: readonly (readonly number[])[];
  ours(inputs: readonly Value[]): Value;
  theirs(tf: typeof tfjs, inputs: Tensors): tfjs.Tensor;
}

const random = RandomStream.of(29, 'oracle');
const labels = [2, 0, 3, 1, 1];

/**
 * Images are [batch, channels, height, width] in ONNX, [batch, height, width, channels] in TensorFlow.js; kernels
 * likewise.
 */
const channelsLast = (tf: typeof tfjs, x: tfjs.Tensor) => tf.transpose(x, [0, 2, 3, 1]) as tfjs.Tensor4D;
const channelsFirst = (tf: typeof tfjs, x: tfjs.Tensor) => tf.transpose(x, [0, 3, 1, 2]);
const kernelLast = (tf: typeof tfjs, w: tfjs.Tensor) => tf.transpose(w, [2, 3, 1, 0]) as tfjs.Tensor4D;

const comparisons: Record<string, Comparison> = {
  'convolution with strides': {
    shapes: [[2, 3, 7, 6], [4, 3, 3, 2], [4]],
    ours: ([x, w, b]) => conv(x!, w!, b!, { strides: [2, 1] }),
    theirs: (tf, [x, w, b]) =>
      channelsFirst(tf, tf.add(tf.conv2d(channelsLast(tf, x!), kernelLast(tf, w!), [2, 1], 'valid'), b!)),
  },
  'convolution of many channels, padded': {
    shapes: [
      [2, 8, 5, 5],
      [3, 8, 3, 3],
    ],
    ours: ([x, w]) => conv(x!, w!, undefined, { pads: [1, 1, 1, 1] }),
    theirs: (tf, [x, w]) => channelsFirst(tf, tf.conv2d(channelsLast(tf, x!), kernelLast(tf, w!), 1, 'same')),
  },
  'convolution 1×1': {
    shapes: [
      [2, 3, 4, 4],
      [5, 3, 1, 1],
    ],
    ours: ([x, w]) => conv(x!, w!),
    theirs: (tf, [x, w]) => channelsFirst(tf, tf.conv2d(channelsLast(tf, x!), kernelLast(tf, w!), 1, 'valid')),
  },
  'depthwise convolution': {
    shapes: [
      [2, 3, 5, 5],
      [3, 1, 3, 3],
    ],
    ours: ([x, w]) => conv(x!, w!, undefined, { group: 3 }),
    theirs: (tf, [x, w]) => {
      const filter = tf.transpose(w!, [2, 3, 0, 1]) as tfjs.Tensor4D;
      return channelsFirst(tf, tf.depthwiseConv2d(channelsLast(tf, x!), filter, 1, 'valid'));
    },
  },
  'transposed convolution': {
    shapes: [
      [2, 3, 3, 4],
      [3, 2, 3, 3],
    ],
    ours: ([x, w]) => convTranspose(x!, w!, undefined, { strides: [2, 2] }),
    theirs: (tf, [x, w]) =>
      channelsFirst(tf, tf.conv2dTranspose(channelsLast(tf, x!), kernelLast(tf, w!), [2, 7, 9, 2], 2, 'valid')),
  },
  'max pooling without overlap': {
    shapes: [[2, 3, 4, 6]],
    ours: ([x]) => maxPool(x!, [2, 2], { strides: [2, 2] }),
    theirs: (tf, [x]) => channelsFirst(tf, tf.maxPool(channelsLast(tf, x!), 2, 2, 'valid')),
  },
  'max pooling with overlap': {
    shapes: [[2, 2, 7, 7]],
    ours: ([x]) => maxPool(x!, [3, 3], { strides: [2, 2] }),
    theirs: (tf, [x]) => channelsFirst(tf, tf.maxPool(channelsLast(tf, x!), 3, 2, 'valid')),
  },
  'average pooling with overlap': {
    shapes: [[2, 2, 7, 7]],
    ours: ([x]) => averagePool(x!, [3, 3], { strides: [2, 2] }),
    theirs: (tf, [x]) => channelsFirst(tf, tf.avgPool(channelsLast(tf, x!), 3, 2, 'valid')),
  },
  'softmax cross-entropy': {
    shapes: [[5, 4]],
    ours: ([x]) => softmaxCrossEntropyLoss(x!, constant(tensorOf(labels, 'int64', [5]))),
    theirs: (tf, [x]) => {
      const wanted = tf.oneHot(labels, 4);
      return tf.mean(tf.neg(tf.sum(tf.mul(wanted, tf.logSoftmax(x!)), -1)));
    },
  },
  softmax: {
    shapes: [[3, 4]],
    ours: ([x]) => activations.softmax(x!),
    theirs: (tf, [x]) => tf.softmax(x!),
  },
  'batch normalization by batch statistics': {
    shapes: [[4, 3, 2, 2], [3], [3]],
    ours: ([x, scale, bias]) => {
      const [mean, variance] = [0, 1].map((value) => constant(tensorOf([value, value, value], 'float32', [3])));
      return batchNormalization(x!, scale!, bias!, mean!, variance!, { trainingMode: true, epsilon: 1e-3 })[0];
    },
    theirs: (tf, [x, scale, bias]) => {
      const last = channelsLast(tf, x!);
      const { mean, variance } = tf.moments(last, [0, 1, 2]);
      return channelsFirst(
        tf,
        tf.add(tf.mul(tf.div(tf.sub(last, mean), tf.sqrt(tf.add(variance, 1e-3))), scale!), bias!),
      );
    },
  },
  'layer normalization': {
    shapes: [[3, 5], [5], [5]],
    ours: ([x, scale, bias]) => layerNormalization(x!, scale!, bias!, { epsilon: 1e-3 }),
    theirs: (tf, [x, scale, bias]) => {
      const { mean, variance } = tf.moments(x!, -1, true);
      return tf.add(tf.mul(tf.div(tf.sub(x!, mean), tf.sqrt(tf.add(variance, 1e-3))), scale!), bias!);
    },
  },
  'batched matrix product': {
    shapes: [
      [2, 3, 4],
      [2, 4, 2],
    ],
    ours: ([a, b]) => matMul(a!, b!),
    theirs: (tf, [a, b]) => tf.matMul(a!, b!),
  },
  'a layer with a broadcast bias': {
    shapes: [[4, 3], [3, 5], [5], [4, 1]],
    ours: ([x, w, b, s]) => mul(activations.gelu(add(matMul(x!, w!), b!), { approximate: 'tanh' }), s!),
    theirs: (tf, [x, w, b, s]) => {
      const y = tf.add(tf.matMul(x!, w!), b!);
      const u = tf.mul(tf.add(y, tf.mul(tf.pow(y, 3), 0.044715)), Math.sqrt(2 / Math.PI));
      return tf.mul(tf.mul(tf.mul(y, 0.5), tf.add(tf.tanh(u), 1)), s!);
    },
  },
  'embedding lookup': {
    shapes: [[6, 3]],
    ours: ([x]) => gather(x!, constant(tensorOf([5, 0, 0, 2], 'int64', [4]))),
    theirs: (tf, [x]) => tf.gather(x!, [5, 0, 0, 2]),
  },
  'slices and transposes': {
    shapes: [
      [3, 6],
      [3, 3],
    ],
    ours: ([x, y]) => sub(transpose(slice(x!, [1], [4], [1])), y!),
    theirs: (tf, [x, y]) => tf.sub(tf.transpose(tf.slice(x!, [0, 1], [3, 3])), y!),
  },
};

describe('gradients compared with TensorFlow.js', () => {
  let tf: typeof tfjs;
  before(async function () {
    this.timeout(60_000);
    tf = createRequire(import.meta.url)('@tensorflow/tfjs') as typeof tfjs;
    await tf.setBackend('cpu');
  });

  for (const [name, { shapes, ours, theirs }] of Object.entries(comparisons)) {
    it(name, async () => {
      const data = shapes.map((shape) => randomTensor(random, shape, 'normal', 'float32'));
      const inputs = data.map(({ shape }, at) => input(`x${at}`, 'float32', shape));
      const y = ours(inputs);
      const weights = randomTensor(random, y.shape as readonly number[], 'normal', 'float32');
      const loss = reduceSum(mul(y, constant(weights)), undefined, { keepdims: false });
      const outputs = new Map(gradientsOf(loss, inputs).map((gradient, at) => [`g${at}`, gradient!]));
      const session = await openGraph({ inputs, outputs });
      const found = await session.run(new Map(data.map((value, at) => [`x${at}`, value])));
      await session.close();

      const asTensor = ({ shape, ...rest }: TensorData) =>
        tf.tensor(elements({ shape, ...rest }) as Float32Array, [...shape]);
      const expected = tf.grads((...given: tfjs.Tensor[]) => tf.sum(tf.mul(theirs(tf, given), asTensor(weights))))(
        data.map(asTensor),
      );
      for (const [at, gradient] of expected.entries()) {
        expectClose(numbersOf(found.get(`g${at}`)!), [...gradient.dataSync()], 1e-5, `the gradient of input ${at}`);
      }
    });
  }
});
