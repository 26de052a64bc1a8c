import { type Batch, sgd, tensor } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import { expect } from 'chai';
import { cpuTf, wasmTf } from '../optimizers/tf.test.support.js';
import { buildSession } from '../session/build-session.js';
import type { Tf } from '../tf/tf.js';
import { classWeights } from './class-weights.js';
import type { TfjsModel } from './tfjs-model.js';
import { weightedMean } from './weighted-mean.js';

const logits = [
  [1, -0.5],
  [0.25, 2],
  [-1, 0.75],
  [0, 0.5],
];
const classes = [0, 1, 1, 0];

function sample(labels: readonly number[] = classes): Batch {
  return {
    logits: tensor(Float32Array.from(logits.flat()), [4, 2]),
    labels: tensor(Int32Array.from(labels)),
    weight: tensor(Float32Array.of(1, 0.5, 0, 3)),
  };
}

/** PyTorch's CrossEntropyLoss(weight=…): Σ w[y] · -log softmax(x)[y] / Σ w[y]. */
function expectedLoss(weights: readonly number[]): number {
  const losses = logits.map((row, at) => Math.log(Math.exp(row[0]!) + Math.exp(row[1]!)) - row[classes[at]!]!);
  const total = weights.reduce((sum, weight) => sum + weight);
  return losses.reduce((sum, loss, at) => sum + loss * weights[at]!, 0) / total;
}

for (const [engine, start] of Object.entries({ cpu: cpuTf, wasm: wasmTf })) {
  describe(`weights of classes and of examples on ${engine}`, () => {
    let tf: Tf;
    before(async () => {
      tf = await start();
    });

    const model = (weightsOf: (batch: Record<string, tfjs.Tensor>) => tfjs.Tensor) => (): TfjsModel => {
      const bias = tf.variable(tf.zeros([2]), true, 'bias');
      return {
        predict: (batch) => tf.add(batch.logits!, bias),
        loss: (batch, output) => {
          const targets = tf.oneHot(batch.labels!, 2);
          const losses = tf.losses.softmaxCrossEntropy(targets, output, undefined, 0, tf.Reduction.NONE);
          return weightedMean(losses, weightsOf(batch));
        },
        optimizer: sgd(0.1),
      };
    };
    const lossOf = async (load: () => TfjsModel, batch = sample()) => {
      const session = await buildSession(tf, { load, sample: batch, seed: 1 });
      const { loss } = await session.step(batch, { step: 0, metrics: true });
      await session.dispose();
      return loss!;
    };

    it('give the weighted mean: divided by the sum of the weights', async () => {
      const byClass = model(({ labels }) => classWeights(labels!, [1, 4]));
      expect(await lossOf(byClass)).to.be.closeTo(expectedLoss([1, 4, 4, 1]), 1e-6);
      const byExample = model(({ weight }) => weight!);
      expect(await lossOf(byExample)).to.be.closeTo(expectedLoss([1, 0.5, 0, 3]), 1e-6);
      const both = model(({ labels, weight }) => tf.mul(classWeights(labels!, [1, 4]), weight!));
      expect(await lossOf(both)).to.be.closeTo(expectedLoss([1, 2, 0, 3]), 1e-6);
    });

    it('exclude a negative label, and refuse one without a weight', async () => {
      const byClass = model(({ labels }) => classWeights(labels!, [1, 4]));
      expect(await lossOf(byClass, sample([0, 1, -1, 0]))).to.be.closeTo(expectedLoss([1, 4, 0, 1]), 1e-6);
      const failure = await lossOf(byClass, sample([0, 1, 2, 0])).catch((error: unknown) => error);
      expect(failure).to.have.property('message').that.contains('The array labels holds 2');
    });

    it('give the mean that tf.losses has with its weights and tf.Reduction.MEAN', () => {
      tf.tidy(() => {
        const [targets, output, weights] = [tf.tensor2d([[1], [2], [4]]), tf.tensor2d([[0], [5], [3]]), [3, 0, 0.5]];
        const own = weightedMean(tf.squaredDifference(targets, output), tf.tensor1d(weights));
        const theirs = tf.losses.meanSquaredError(targets, output, tf.tensor2d(weights, [3, 1]), tf.Reduction.MEAN);
        expect(own.dataSync()[0]).to.be.closeTo(theirs.dataSync()[0]!, 1e-6);
        // A weight of an example counts for each of its losses.
        const wide = weightedMean(
          tf.tensor2d([
            [1, 2],
            [3, 4],
          ]),
          tf.tensor1d([1, 3]),
        );
        expect(wide.dataSync()[0]).to.be.closeTo((1 + 2 + 9 + 12) / 8, 1e-6);
      });
    });

    it('have a loss and gradients of 0 if all are 0', () => {
      tf.tidy(() => {
        const of = (x: tfjs.Tensor) => weightedMean(tf.square(x), tf.zeros([2]));
        const { value, grad } = tf.valueAndGrad(of)(tf.tensor1d([1, 2]));
        expect([[...value.dataSync()], [...grad.dataSync()]]).to.deep.equal([[0], [0, 0]]);
      });
    });

    it('are refused in another shape than that of the losses', () => {
      tf.tidy(() => {
        const losses = tf.ones([4]);
        for (const shape of [[4, 1], [3], [1]]) {
          expect(() => weightedMean(losses, tf.ones(shape)))
            .to.throw(`weightedMean(losses, weights) has losses [4] and weights [${shape.join(', ')}].`)
            .with.property('code', 'MODEL_INVALID');
        }
        expect(() => weightedMean(tf.scalar(1), tf.ones([4])))
          .to.throw('weightedMean(losses, weights) has one loss for all examples.')
          .with.property('hint')
          .that.includes('tf.Reduction.NONE');
      });
    });

    it('are refused where they are no tensor, or no list', () => {
      const wrong = (value: unknown) => value as never;
      tf.tidy(() => {
        for (const [attempt, message] of [
          [() => weightedMean(tf.ones([4]), wrong('weight')), 'weightedMean(losses, weights) has a string as weights'],
          [() => weightedMean(wrong([1]), tf.ones([4])), 'weightedMean(losses, weights) has an array as losses'],
          [
            () => classWeights(tf.ones([4]), wrong('balanced')),
            'classWeights(labels, weights) has a string as weights',
          ],
          [() => classWeights(tf.ones([4]), wrong({ 0: 1 })), 'classWeights(labels, weights) has an object with 0 as'],
          [
            () => classWeights(tf.ones([4]), wrong(undefined)),
            'classWeights(labels, weights) has undefined as weights',
          ],
        ] as const) {
          expect(attempt).to.throw(message).with.property('code', 'MODEL_INVALID');
        }
      });
    });

    it('have the shape of the labels', () => {
      tf.tidy(() => {
        const weights = classWeights(tf.tensor2d([[1], [0]]), [2, 0.5]);
        expect([weights.dtype, weights.shape, [...weights.dataSync()]]).to.deep.equal(['float32', [2, 1], [0.5, 2]]);
      });
    });

    it('are refused if they are negative, none or all 0', () => {
      const labels = tf.tensor1d([0], 'int32');
      for (const [weights, what] of [
        [[1, -1], 'the weight -1'],
        [[Number.NaN], 'the weight NaN'],
        [[], 'no weights'],
        [[0, 0], 'only weights of 0'],
      ] as const) {
        expect(() => classWeights(labels, weights))
          .to.throw(`classWeights(labels, weights) has ${what}.`)
          .with.property('code', 'MODEL_INVALID');
      }
      labels.dispose();
    });
  });
}
