import { adam, sgd } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import { expect } from 'chai';
import { cpuTf } from '../optimizers/tf.test.support.js';
import { buildSession } from '../session/build-session.js';
import type { Tf } from '../tf/tf.js';
import { classifier, request } from './models.test.support.js';
import type { TfjsModel } from './tfjs-model.js';

describe('parameter names', () => {
  let tf: Tf;
  before(async () => {
    tf = await cpuTf();
  });

  async function names(load: () => unknown): Promise<string[]> {
    const session = await buildSession(tf, request(load));
    await session.dispose();
    return session.parameters.map(({ name }) => name);
  }

  it('names parameters the same in every build, whatever was built before', async () => {
    const expected = [
      'mlp/dense_1/kernel',
      'mlp/dense_1/bias',
      'mlp/batch_normalization_1/gamma',
      'mlp/batch_normalization_1/beta',
      'mlp/batch_normalization_1/moving_mean',
      'mlp/batch_normalization_1/moving_variance',
      'mlp/head/kernel',
      'mlp/head/bias',
    ];
    expect(await names(() => classifier(tf))).to.deep.equal(expected);
    const other = tf.layers.dense({ units: 1, inputShape: [1] });
    tf.dispose(tf.tidy(() => other.apply(tf.ones([1, 1])) as tfjs.Tensor));
    other.dispose();
    const load = () => classifier(tf);
    const [one, two] = [await buildSession(tf, request(load)), await buildSession(tf, request(load))];
    for (const session of [one, two]) {
      expect(session.parameters.map(({ name }) => name)).to.deep.equal(expected);
      await session.dispose();
    }
  });

  it('names the weights of layers in no artefact, of models built on first use, and of layers in layers', async () => {
    const load = (): TfjsModel => {
      const [first, second] = [tf.layers.dense({ units: 4 }), tf.layers.dense({ units: 6 })];
      const bidirectional = tf.layers.bidirectional({
        layer: tf.layers.lstm({ units: 2 }) as tfjs.RNN,
        mergeMode: 'concat',
      });
      const b = tf.variable(tf.zeros([4]));
      return {
        predict: ({ x }) => {
          const sequence = tf.reshape(second!.apply(first!.apply(x!)) as tfjs.Tensor, [-1, 3, 2]);
          return tf.add(bidirectional.apply(sequence) as tfjs.Tensor, b);
        },
        loss: (_, outputs) => tf.mean(tf.square(outputs)),
        optimizer: adam(0.1),
      };
    };
    const expected = [
      'variable_1',
      'dense_1/kernel',
      'dense_1/bias',
      'dense_2/kernel',
      'dense_2/bias',
      'forward_lstm_1/kernel',
      'forward_lstm_1/recurrent_kernel',
      'forward_lstm_1/bias',
      'backward_lstm_1/kernel',
      'backward_lstm_1/recurrent_kernel',
      'backward_lstm_1/bias',
    ];
    expect(await names(load)).to.deep.equal(expected);
    expect(await names(load)).to.deep.equal(expected);
  });

  it('names plain variables by `variables`, the user, the artefacts, then their index', async () => {
    const load = (): TfjsModel<undefined> => {
      const [a, b, c, d, e] = [0, 1, 2, 3, 4].map((at) =>
        tf.variable(tf.scalar(at), true, at === 1 ? 'mine' : undefined),
      );
      return {
        loss: () => tf.addN([a!, b!, c!, d!, e!]),
        optimizer: sgd(0.1),
        variables: { given: a! },
        artefacts: { listed: { deep: c! } },
      };
    };
    expect(await names(load)).to.deep.equal(['given', 'mine', 'listed/deep', 'variable_1', 'variable_2']);
  });

  it('rejects two variables of the same name', async () => {
    const load = (): TfjsModel<undefined> => {
      const [a, b] = [tf.variable(tf.scalar(1), true, 'w'), tf.variable(tf.scalar(1))];
      return { loss: () => tf.add(a, b), optimizer: sgd(0.1), variables: { w: b } };
    };
    const error = await names(load).catch((error: unknown) => error);
    expect(error).to.include({
      code: 'MODEL_INVALID',
      message: 'Two variables of the model would both be named w.',
    });
  });
});
