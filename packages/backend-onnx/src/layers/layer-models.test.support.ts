import { type Batch, tensor } from '@forge-ml/core/plugin';
import { multiHeadAttention } from './attention.js';
import { batchNorm } from './batch-norm.js';
import { conv1d, conv2d, depthwiseConv2d } from './conv.js';
import { dense } from './dense.js';
import { embedding } from './embedding.js';
import { gru } from './gru.js';
import type { Step } from './layer.js';
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
export const batch: Batch = {
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
/** The array of a batch that a model reads. */
export type BatchArray = 'rows' | 'image' | 'words';

/** A model for each kind of layer: the array that it reads, and the layers under a last dense one. */
export const layerModels: Readonly<Record<string, readonly [array: BatchArray, net: Step]>> = {
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
