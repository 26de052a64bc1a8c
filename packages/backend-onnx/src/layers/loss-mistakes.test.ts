import { type Batch, type Engine, sgd, tensor } from '@forge-ml/core/plugin';
import { input, type Value } from '@forge-ml/onnx/graph';
import { expect } from 'chai';
import type { OnnxModel } from '../model/onnx-model.js';
import { startCpu } from '../session/models.test.support.js';
import { infoNce, multipleNegativesRanking } from './contrastive.js';
import { cosineEmbedding } from './cosine-embedding.js';
import { ctc } from './ctc.js';
import { sigmoidDice, softmaxDice } from './dice.js';
import { distillation } from './distillation.js';
import { sigmoidFocal, softmaxFocal } from './focal.js';
import { tripletMargin } from './triplet-margin.js';

const [time, classes] = [4, 3];
const ints = (values: readonly number[], shape: readonly number[]) => tensor(Int32Array.from(values), shape);

describe('mistakes in the use of losses', () => {
  describe('are refused when the model is built', () => {
    const rows = input('rows', 'float32', ['batch', 8]);
    const others = input('others', 'float32', ['batch', 6]);
    const logits = input('logits', 'float32', ['batch', time, classes]);
    const labels = input('labels', 'int32', ['batch', 2]);
    const steps = input('steps', 'int32', ['batch', time]);
    const wrong: Readonly<Record<string, readonly [() => Value, string]>> = {
      'embeddings of two sizes': [
        () => infoNce(rows, others),
        'infoNce takes embeddings [batch, size] of one size, not float32[batch, 8] and float32[batch, 6].',
      ],
      'embeddings that are sequences': [
        () => multipleNegativesRanking(logits, logits),
        'takes embeddings [batch, size]',
      ],
      'negatives of another size': [() => infoNce(rows, rows, { negatives: others }), 'of one size'],
      'a temperature of 0': [
        () => infoNce(rows, rows, { temperature: 0 }),
        'temperature must be a number above 0, not 0',
      ],
      'a scale for each example': [() => multipleNegativesRanking(rows, rows, { scale: rows }), 'not a single number'],
      'a similarity that is none': [
        () => infoNce(rows, rows, { similarity: 'l2' as never }),
        'similarity must be "cosine" or "dot", not "l2"',
      ],
      'a norm that is none': [() => tripletMargin(rows, rows, rows, { p: 3 as never }), 'p must be 1 or 2, not 3'],
      'a triplet of two sizes': [() => tripletMargin(rows, rows, others), 'of one size'],
      'targets for each element of pairs': [() => cosineEmbedding(rows, rows, rows), 'takes targets [batch]'],
      'a gamma below 0': [
        () => softmaxFocal(logits, steps, { gamma: -1 }),
        'gamma must be a number of at least 0, not -1',
      ],
      'an alpha above 1': [() => sigmoidFocal(rows, rows, { alpha: 25 }), 'alpha is 25, not a share from 0 to 1'],
      'focal targets of another shape': [() => sigmoidFocal(rows, others), 'of the same shape'],
      'Dice of one label an example': [() => softmaxDice(rows, labels), 'takes logits [batch, …positions, classes]'],
      'Dice with the classes at the wrong axis': [
        () => softmaxDice(logits, steps, { axis: 1 }),
        'softmaxDice takes an integer label for each position, not int32[batch, 4] with float32[batch, 4, 3].',
      ],
      'Dice with no such axis': [() => softmaxDice(logits, steps, { axis: 3 }), 'axis 3 is none of the classes'],
      'a negative smooth': [
        () => sigmoidDice(rows, rows, { smooth: -1 }),
        'smooth must be a number of at least 0, not -1',
      ],
      'a temperature below 0': [
        () => distillation(rows, rows, { temperature: -2 }),
        'must be a number above 0, not -2',
      ],
      'a teacher of other classes': [() => distillation(rows, others), 'of the same shape'],
      'a blank that is no class': [
        () => ctc(logits, labels, { blank: 3 }),
        'blank must be a whole number from 0 to 2, not 3',
      ],
      'one label an example for CTC': [() => ctc(rows, labels), 'ctc takes logits [batch, time, classes] and integer'],
      'lengths for each step': [
        () => ctc(logits, labels, { labelLengths: labels }),
        'labelLengths is int32[batch, 2], not integers [batch]',
      ],
    };
    for (const [title, [make, message]] of Object.entries(wrong)) {
      it(title, () => {
        expect(make).to.throw(message).with.property('code', 'MODEL_INVALID');
      });
    }
  });

  describe('are refused when the step runs', () => {
    let engine: Engine;
    before(async () => {
      engine = await startCpu();
    });
    after(() => engine.dispose());

    type Loss = (logits: Value, arrays: Readonly<Record<string, Value>>) => Value;

    async function lossOf(loss: Loss, batch: Batch): Promise<number> {
      const model: OnnxModel<undefined> = {
        loss: (arrays, _, context) =>
          loss(
            context.parameter('logits', [2, time, classes], () =>
              Float32Array.from({ length: 24 }, (_, at) => Math.sin(at)),
            ),
            arrays,
          ),
        optimizer: sgd(0.1),
      };
      const session = await engine.build({ load: () => model, sample: batch, seed: 1 });
      try {
        return (await session.step(batch, { step: 0, metrics: true })).loss!;
      } finally {
        await session.dispose();
      }
    }

    const wrong: Readonly<Record<string, readonly [Loss, Batch]>> = {
      'a blank among the labels of CTC': [(x, { labels }) => ctc(x, labels!), { labels: ints([1, 0, 1, 2], [2, 2]) }],
      'a label of CTC that is no class': [(x, { labels }) => ctc(x, labels!), { labels: ints([1, 2, 1, 3], [2, 2]) }],
      'a negative label of CTC': [(x, { labels }) => ctc(x, labels!), { labels: ints([1, 2, 1, -1], [2, 2]) }],
      'more steps than there are': [
        (x, { labels, lengths }) => ctc(x, labels!, { inputLengths: lengths! }),
        { labels: ints([1, 2, 1, 2], [2, 2]), lengths: ints([4, 5], [2]) },
      ],
      'no steps': [
        (x, { labels, lengths }) => ctc(x, labels!, { inputLengths: lengths! }),
        { labels: ints([1, 2, 1, 2], [2, 2]), lengths: ints([4, 0], [2]) },
      ],
      'more labels than there are': [
        (x, { labels, lengths }) => ctc(x, labels!, { labelLengths: lengths! }),
        { labels: ints([1, 2, 1, 2], [2, 2]), lengths: ints([1, 3], [2]) },
      ],
      'a label of Dice that is no class': [
        (x, { labels }) => softmaxDice(x, labels!),
        { labels: ints([0, 1, 2, 3, 0, 1, 2, 0], [2, time]) },
      ],
      'a negative label of the focal loss': [
        (x, { labels }) => softmaxFocal(x, labels!),
        { labels: ints([0, 1, 2, -1, 0, 1, 2, 0], [2, time]) },
      ],
    };
    for (const [title, [loss, batch]] of Object.entries(wrong)) {
      it(title, async () => {
        const error = await lossOf(loss, batch).catch((thrown: unknown) => thrown);
        expect(error).to.have.property('code', 'MODEL_INVALID');
        expect(error).to.have.property('hint').that.contains('a label that is not a class');
      });
    }

    it('labels that do not fit into the steps have the loss infinity', async () => {
      const labels = ints([1, 1, 1, 1, 2, 1], [2, 3]);
      expect(await lossOf((x, arrays) => ctc(x, arrays.labels!), { labels })).to.equal(Number.POSITIVE_INFINITY);
    });
  });
});
