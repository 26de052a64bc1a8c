import { negativeLogLikelihoodLoss, softmaxCrossEntropyLoss } from '../../../ops/loss.js';
import * as n from '../../../ops/normalization.js';
import * as r from '../../../ops/reduction.js';
import { float, int, text } from '../../ir/attributes.js';
import { scalar } from '../../ir/values.js';
import { call, makeNode } from '../../make-node.js';
import type { Case, Cases } from './case.test.support.js';

const reduced =
  (op: typeof r.reduceSum): Case =>
  ({ batch, length }, feeds) => [
    op(feeds.positive(batch, length, 3), [-1, 0]),
    op(feeds.positive(batch, length, 3), [1], { keepdims: false }),
    op(feeds.positive(batch, length, 3)),
    op(feeds.positive(batch, length, 3), [], { keepdims: false }),
  ];

/** A recurrent layer of 4 hidden units, all outputs. */
const recurrent =
  (op: string, gates: number, outputs: number, direction: string): Case =>
  ({ batch, length }, feeds) => {
    const directions = direction === 'bidirectional' ? 2 : 1;
    return makeNode({
      op,
      inputs: [
        feeds.float(length, batch, 3),
        feeds.float(directions, gates * 4, 3),
        feeds.float(directions, gates * 4, 4),
      ],
      attributes: { hidden_size: int(4), direction: text(direction) },
      outputs,
    });
  };

export const reductionCases: Cases = {
  reduceSum: reduced(r.reduceSum),
  reduceMean: reduced(r.reduceMean),
  reduceMax: reduced(r.reduceMax),
  reduceMin: reduced(r.reduceMin),
  reduceProd: reduced(r.reduceProd),
  reduceL1: reduced(r.reduceL1),
  reduceL2: reduced(r.reduceL2),
  reduceLogSum: reduced(r.reduceLogSum),
  reduceLogSumExp: reduced(r.reduceLogSumExp),
  reduceSumSquare: reduced(r.reduceSumSquare),
  'reduceSum over axes given at run time': ({ batch }, feeds) =>
    call('ReduceSum', [feeds.float(batch, 3), feeds.of('int64', [1], [1])]),
  argMax: ({ batch, length }, feeds) => r.argMax(feeds.float(batch, length), -1, { keepdims: false }),
  argMin: ({ batch, length }, feeds) => r.argMin(feeds.float(batch, length), 1),
  topK: ({ batch }, feeds) => r.topK(feeds.float(batch, 6), 3),
  cumSum: ({ batch }, feeds) => r.cumSum(feeds.float(batch, 6), 1, { exclusive: true }),
  lpNormalization: ({ batch }, feeds) => r.lpNormalization(feeds.float(batch, 6), { p: 1 }),

  batchNormalization: ({ batch, width }, feeds) =>
    n.batchNormalization(
      feeds.float(batch, 3, width),
      feeds.float(3),
      feeds.float(3),
      feeds.float(3),
      feeds.positive(3),
    ),
  'batchNormalization in training mode': ({ batch, width }, feeds) =>
    n.batchNormalization(
      feeds.float(batch, 3, width),
      feeds.float(3),
      feeds.float(3),
      feeds.float(3),
      feeds.positive(3),
      { trainingMode: true, momentum: 0.8 },
    ),
  layerNormalization: ({ batch, length }, feeds) =>
    n.layerNormalization(feeds.float(batch, length, 4), feeds.float(4), feeds.float(4), { epsilon: 1e-3 }),
  'LayerNormalization with its statistics': ({ batch, length }, feeds) =>
    makeNode({
      op: 'LayerNormalization',
      inputs: [feeds.float(batch, length, 4), feeds.float(4)],
      attributes: { axis: int(-1) },
      outputs: 3,
    }),
  'LayerNormalization of float64 with its statistics': ({ batch }, feeds) =>
    makeNode({
      op: 'LayerNormalization',
      inputs: [feeds.of('float64', [batch, 4]), feeds.of('float64', [4])],
      outputs: 3,
    }),
  'LayerNormalization of half precision with its statistics': ({ batch }, feeds) =>
    makeNode({
      op: 'LayerNormalization',
      inputs: [feeds.of('float16', [batch, 4]), feeds.of('float16', [4])],
      outputs: 3,
    }),
  instanceNormalization: ({ batch, width }, feeds) =>
    n.instanceNormalization(feeds.float(batch, 3, width), feeds.float(3), feeds.float(3)),
  groupNormalization: ({ batch, width }, feeds) =>
    n.groupNormalization(feeds.float(batch, 4, width), feeds.float(4), feeds.float(4), { numGroups: 2 }),
  rmsNormalization: ({ batch, length }, feeds) => n.rmsNormalization(feeds.float(batch, length, 4), feeds.float(4)),
  LRN: ({ batch, width }, feeds) =>
    call('LRN', [feeds.float(batch, 4, width, 3)], { size: int(3), alpha: float(0.001) }),
  MeanVarianceNormalization: ({ batch, width }, feeds) =>
    call('MeanVarianceNormalization', [feeds.float(batch, 4, width, 3)]),
  Dropout: ({ batch }, feeds) =>
    makeNode({ op: 'Dropout', inputs: [feeds.float(batch, 4), scalar(0.5), scalar(1, 'bool')], outputs: 2 }),

  softmaxCrossEntropyLoss: ({ batch }, feeds) =>
    softmaxCrossEntropyLoss(feeds.float(batch, 3), feeds.whole(batch), feeds.positive(3), { ignoreIndex: 0 }),
  'softmaxCrossEntropyLoss without reduction': ({ batch, length }, feeds) =>
    softmaxCrossEntropyLoss(feeds.float(batch, 3, length), feeds.whole(batch, length), null, { reduction: 'none' }),
  'SoftmaxCrossEntropyLoss with log-probabilities': ({ batch }, feeds) =>
    makeNode({ op: 'SoftmaxCrossEntropyLoss', inputs: [feeds.float(batch, 3), feeds.whole(batch)], outputs: 2 }),
  negativeLogLikelihoodLoss: ({ batch }, feeds) =>
    negativeLogLikelihoodLoss(feeds.float(batch, 3), feeds.whole(batch), null, { reduction: 'sum' }),

  RNN: recurrent('RNN', 1, 2, 'forward'),
  GRU: recurrent('GRU', 3, 2, 'reverse'),
  LSTM: recurrent('LSTM', 4, 3, 'bidirectional'),
};
