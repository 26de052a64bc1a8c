import type * as tfjs from '@tensorflow/tfjs';
import { expect } from 'chai';
import { cpuTf } from '../optimizers/tf.test.support.js';
import type { Tf } from '../tf/tf.js';
import { infoNce } from './contrastive.js';
import { cosineEmbedding } from './cosine-embedding.js';
import { ctc } from './ctc.js';
import { sigmoidDice, softmaxDice } from './dice.js';
import { distillation } from './distillation.js';
import { sigmoidFocal, softmaxFocal } from './focal.js';
import { tripletMargin } from './triplet-margin.js';

describe('mistakes in the use of losses', () => {
  let tf: Tf;
  before(async () => {
    tf = await cpuTf();
  });

  type Make = (rows: tfjs.Tensor, logits: tfjs.Tensor, labels: tfjs.Tensor) => tfjs.Tensor;
  const wrong: Readonly<Record<string, readonly [make: Make, code: string, message: string]>> = {
    'embeddings that are sequences': [
      (rows, logits) => infoNce(rows, logits),
      'MODEL_INVALID',
      'embeddings [batch, size]',
    ],
    'a temperature of 0': [
      (rows) => infoNce(rows, rows, { temperature: 0 }),
      'MODEL_INVALID',
      'temperature must be a number',
    ],
    'a triplet of other rows': [
      (rows) => tripletMargin(rows, rows, tf.ones([3, 8])),
      'MODEL_INVALID',
      'not float32[2, 8] and float32[3, 8]',
    ],
    'targets for each element': [(rows) => cosineEmbedding(rows, rows, rows), 'MODEL_INVALID', 'takes targets [batch]'],
    'an alpha above 1': [(rows) => sigmoidFocal(rows, rows, { alpha: 25 }), 'MODEL_INVALID', 'alpha is 25'],
    'one-hot labels': [(_, logits) => softmaxFocal(logits, logits), 'MODEL_INVALID', 'takes integer labels'],
    'a label that is no class': [
      (_, logits) =>
        softmaxFocal(
          logits,
          tf.tensor2d(
            [
              [0, 1, 2, 3],
              [0, 1, 2, 0],
            ],
            [2, 4],
            'int32',
          ),
        ),
      'DATA_INVALID',
      'softmaxFocal: a label is 3, with 3 classes.',
    ],
    'a negative label': [
      (_, logits) =>
        softmaxDice(
          logits,
          tf.tensor2d(
            [
              [0, 1, 2, -1],
              [0, 1, 2, 0],
            ],
            [2, 4],
            'int32',
          ),
        ),
      'DATA_INVALID',
      'softmaxDice: a label is -1, with 3 classes.',
    ],
    'Dice of targets that would be broadcast': [
      (rows) => sigmoidDice(rows, tf.ones([2, 1])),
      'MODEL_INVALID',
      'same shape',
    ],
    'a teacher of other classes': [(rows) => distillation(rows, tf.ones([2, 7])), 'MODEL_INVALID', 'same shape'],
    'a blank among the labels': [
      (_, logits) =>
        ctc(
          logits,
          tf.tensor2d(
            [
              [1, 0],
              [1, 2],
            ],
            [2, 2],
            'int32',
          ),
        ),
      'DATA_INVALID',
      'ctc: a label is 0, the blank.',
    ],
    'more steps than there are': [
      (_, logits, labels) => ctc(logits, labels, { inputLengths: tf.tensor1d([4, 5], 'int32') }),
      'DATA_INVALID',
      'ctc: one of the inputLengths is 5, not from 1 to 4.',
    ],
    'lengths for each label': [
      (_, logits, labels) => ctc(logits, labels, { labelLengths: labels }),
      'MODEL_INVALID',
      'ctc takes labelLengths [batch], not int32[2, 2]',
    ],
  };
  for (const [title, [make, code, message]] of Object.entries(wrong)) {
    it(`refuse ${title}`, () => {
      const act = () => {
        tf.tidy(() =>
          make(
            tf.ones([2, 8]),
            tf.ones([2, 4, 3]),
            tf.tensor2d(
              [
                [1, 2],
                [2, 1],
              ],
              [2, 2],
              'int32',
            ),
          ),
        );
      };
      expect(act).to.throw(message).with.property('code', code);
    });
  }

  it('labels that do not fit into the steps have the loss infinity', () => {
    const loss = tf.tidy(() => ctc(tf.ones([1, 4, 3]), tf.tensor2d([[1, 1, 1]], [1, 3], 'int32')).dataSync()[0]);
    expect(loss).to.equal(Number.POSITIVE_INFINITY);
  });
});
