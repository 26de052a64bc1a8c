import { adam, type BuildRequest, isForgeError, sgd } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import { expect } from 'chai';
import { cpuTf } from '../optimizers/tf.test.support.js';
import { buildSession } from '../session/build-session.js';
import type { Tf } from '../tf/tf.js';
import { classifier, request } from './models.test.support.js';
import type { OneLossModel } from './tfjs-model.js';

describe('an invalid model', () => {
  let tf: Tf;
  let tensors: number;
  before(async () => {
    tf = await cpuTf();
  });
  beforeEach(() => {
    tensors = tf.memory().numTensors;
  });
  afterEach(() => {
    expect(tf.memory().numTensors, 'leaked tensors').to.equal(tensors);
    expect(tf.engine().state.registeredVariables, 'variables left registered').to.deep.equal({});
  });

  async function failure(load: () => unknown, options: Partial<BuildRequest> = {}) {
    try {
      await (await buildSession(tf, request(load, options))).dispose();
    } catch (error) {
      return isForgeError(error) ? `${error.code}: ${error.message}` : String(error);
    }
    return expect.fail('built');
  }

  const small = (more: Partial<OneLossModel<undefined>> = {}): OneLossModel<undefined> => {
    const w = tf.variable(tf.zeros([6]), true, 'w');
    return { loss: ({ x }) => tf.mean(tf.square(tf.sub(x!, w))), optimizer: sgd(0.1), ...more };
  };

  const wrong: [string, (tf: Tf) => unknown, string][] = [
    ['nothing', () => undefined, 'load returned undefined, not an object with a loss and an optimizer.'],
    ['a number', () => 3, 'load returned a number'],
    ['no loss', () => ({ optimizer: sgd(1) }), 'The model that load returned has no loss.'],
    ['a loss that is a number', () => small({ loss: 3 as never }), "The model's loss is a number, not a function."],
    ['no optimizer', () => small({ optimizer: undefined as never }), 'has no optimizer'],
    [
      'an optimizer not called',
      () => small({ optimizer: adam as never }),
      'Did you mean to call it, as in adam(0.001)?',
    ],
    ['another optimizer', () => small({ optimizer: { lr: 1 } as never }), 'is an object with lr, not an optimizer'],
    ['an invalid predict', () => small({ predict: {} as never }), "The model's predict is an object with nothing"],
    ['invalid variables', () => small({ variables: { a: 1 as never } }), 'variables.a is a number, not a tf.Var'],
    [
      'a variable __proto__',
      () => small({ variables: { ['__proto__']: tf.variable(tf.zeros([6])) } }),
      'cannot be named __proto__',
    ],
    ['an async loss', () => small({ loss: (async () => 1) as never }), 'loss returned a promise; it must be synch'],
    ['a loss of a number', () => small({ loss: () => 1 as never }), 'loss returned a number, not a scalar tensor'],
    [
      'a loss over the batch',
      () => small({ loss: ({ x }) => tf.mean(x!, 1) }),
      'loss returned float32[8], not a float32 scalar.',
    ],
    ['invalid outputs', () => small({ predict: () => [] as never }), 'predict returned an array, not tensors.'],
    ['stats of vectors', () => small({ stats: ({ x }) => ({ x: x! }) }), 'The stat x is float32[8, 6], not a scalar.'],
    ['a stat named loss', () => small({ stats: () => ({ loss: 1 }) }), 'stats has a number named loss'],
    [
      'no trainable variable',
      () => ({ loss: ({ x }: Record<string, tfjs.Tensor>) => tf.mean(x!), optimizer: sgd(1) }),
      'The model has no trainable variable.',
    ],
    [
      'a loss without gradients',
      () => small({ loss: ({ x }) => tf.mean(x!) }),
      "The loss depends on none of the model's trainable variables: w.",
    ],
    [
      'a missing array',
      () => small({ loss: (batch) => tf.mean(batch.images!.mul(2)) }),
      'The model reads images, but the batch has x: float32[8, 6], labels: int32[8]',
    ],
    [
      'a model of another shape',
      () => {
        const model = classifier(tf);
        return { ...model, predict: (batch: Record<string, tfjs.Tensor>) => batch.x!.matMul(tf.ones([5, 3])) };
      },
      'The model failed on a batch that has x: float32[8, 6], labels: int32[8]: Error in matMul: inner shapes',
    ],
  ];
  for (const [what, load, message] of wrong) {
    it(`is rejected, and leaks nothing: ${what}`, async () => {
      expect(await failure(() => load(tf)))
        .to.include(`MODEL_INVALID: `)
        .and.to.include(message);
    });
  }
});
