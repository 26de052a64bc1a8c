import { conv, convTranspose, einsum, gemm, matMul } from '../../../ops/linear.js';
import { averagePool, globalAveragePool, globalMaxPool, maxPool, maxPoolWithIndices } from '../../../ops/pooling.js';
import { int, ints, text } from '../../ir/attributes.js';
import { call } from '../../make-node.js';
import type { Case, Cases } from './case.test.support.js';

/** A convolution with an automatic padding. */
const automatic =
  (op: string, autoPad: string): Case =>
  ({ batch, height, width }, feeds) =>
    call(op, [feeds.float(batch, 3, height, width), feeds.float(op === 'Conv' ? 4 : 3, op === 'Conv' ? 3 : 4, 3, 2)], {
      auto_pad: text(autoPad),
      strides: ints([2, 3]),
    });

export const linearCases: Cases = {
  matMul: ({ batch, length }, feeds) => matMul(feeds.float(batch, 1, 3, 4), feeds.float(length, 4, 6)),
  'matMul with a vector': ({ batch }, feeds) => matMul(feeds.float(batch, 3, 4), feeds.float(4)),
  'matMul of a vector': ({ batch }, feeds) => matMul(feeds.float(4), feeds.float(batch, 4, 2)),
  'matMul of two vectors': (_, feeds) => matMul(feeds.float(4), feeds.float(4)),
  gemm: ({ batch }, feeds) =>
    gemm(feeds.float(batch, 3), feeds.float(4, 3), feeds.float(4), { transB: true, alpha: 2 }),
  'gemm of a transposed matrix': ({ batch }, feeds) =>
    gemm(feeds.float(3, batch), feeds.float(3, 4), null, { transA: true }),
  'conv 1-d': ({ batch, length }, feeds) => conv(feeds.float(batch, 3, length), feeds.float(6, 3, 3), feeds.float(6)),
  'conv 2-d': ({ batch, height, width }, feeds) =>
    conv(feeds.float(batch, 4, height, width), feeds.float(6, 2, 3, 2), null, {
      strides: [2, 2],
      pads: [1, 0, 1, 1],
      dilations: [2, 1],
      group: 2,
    }),
  'conv 3-d': ({ batch }, feeds) => conv(feeds.float(batch, 1, 4, 5, 6), feeds.float(2, 1, 2, 2, 2)),
  'Conv SAME_UPPER': automatic('Conv', 'SAME_UPPER'),
  'Conv SAME_LOWER': automatic('Conv', 'SAME_LOWER'),
  'Conv VALID': automatic('Conv', 'VALID'),
  convTranspose: ({ batch, height, width }, feeds) =>
    convTranspose(feeds.float(batch, 4, height, width), feeds.float(4, 3, 3, 3), feeds.float(6), {
      strides: [2, 3],
      pads: [1, 0, 1, 1],
      dilations: [1, 2],
      outputPadding: [1, 0],
      group: 2,
    }),
  'ConvTranspose SAME_UPPER': automatic('ConvTranspose', 'SAME_UPPER'),
  'ConvTranspose VALID': automatic('ConvTranspose', 'VALID'),
  'ConvTranspose to a shape': ({ batch }, feeds) =>
    call('ConvTranspose', [feeds.float(batch, 3, 4, 4), feeds.float(3, 2, 3, 3)], {
      output_shape: ints([8, 9]),
      strides: ints([2, 2]),
    }),
  einsum: ({ batch, length }, feeds) =>
    einsum('bhqd,bhkd->bhqk', [feeds.float(batch, 2, length, 4), feeds.float(batch, 2, 7, 4)]),
  'einsum with leading dimensions': ({ batch }, feeds) =>
    einsum('...ij,jk->...ik', [feeds.float(batch, 3, 4), feeds.float(4, 5)]),
  'einsum without an arrow': (_, feeds) => einsum('ij,jk', [feeds.float(3, 4), feeds.float(4, 5)]),
  maxPool: ({ batch, height, width }, feeds) =>
    maxPool(feeds.float(batch, 3, height, width), [2, 3], { strides: [2, 2] }),
  'maxPool with indices': ({ batch, height, width }, feeds) =>
    maxPoolWithIndices(feeds.float(batch, 3, height, width), [3, 3], { pads: [1, 1, 1, 1], dilations: [1, 2] }),
  'maxPool with a partly filled window': ({ batch, height, width }, feeds) =>
    maxPool(feeds.float(batch, 3, height, width), [3, 3], { strides: [2, 3], ceilMode: true }),
  'maxPool whose last window would be in the padding': ({ batch }, feeds) =>
    maxPool(feeds.float(batch, 1, 4, 5), [1, 2], { strides: [3, 2], ceilMode: true, pads: [0, 1, 0, 1] }),
  averagePool: ({ batch, length }, feeds) =>
    averagePool(feeds.float(batch, 3, length), [3], { strides: [2], pads: [1, 1], countIncludePad: true }),
  'averagePool whose last window may be in the padding': ({ batch, length }, feeds) =>
    averagePool(feeds.float(batch, 3, length), [2], { strides: [2], pads: [1, 1], ceilMode: true }),
  'AveragePool SAME_UPPER': ({ batch, height, width }, feeds) =>
    call('AveragePool', [feeds.float(batch, 3, height, width)], {
      kernel_shape: ints([3, 2]),
      strides: ints([2, 2]),
      auto_pad: text('SAME_UPPER'),
    }),
  LpPool: ({ batch, length }, feeds) =>
    call('LpPool', [feeds.float(batch, 3, length)], { kernel_shape: ints([2]), p: int(2) }),
  globalAveragePool: ({ batch, height }, feeds) => globalAveragePool(feeds.float(batch, 3, height, 2)),
  globalMaxPool: ({ batch, height }, feeds) => globalMaxPool(feeds.float(batch, 3, height, 2)),
  GlobalLpPool: ({ batch, height }, feeds) => call('GlobalLpPool', [feeds.float(batch, 3, height, 2)]),
};
