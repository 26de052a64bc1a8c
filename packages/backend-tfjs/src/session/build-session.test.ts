import { adam, type BuildRequest, isForgeError, sgd } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import { expect } from 'chai';
import { batchAt, bitsOf, classifier, request } from '../model/models.test.support.js';
import type { OneLossModel } from '../model/tfjs-model.js';
import { cpuTf } from '../optimizers/tf.test.support.js';
import type { Tf } from '../tf/tf.js';
import { buildSession } from './build-session.js';

describe('buildSession', () => {
  let tf: Tf;
  let tensors: number;
  let registered: string[];
  const registry = () => Object.keys(tf.engine().state.registeredVariables);
  before(async () => {
    tf = await cpuTf();
  });
  beforeEach(() => {
    tensors = tf.memory().numTensors;
    registered = registry();
  });
  afterEach(() => {
    expect(tf.memory().numTensors, 'leaked tensors').to.equal(tensors);
    expect(registry(), 'variables left registered').to.deep.equal(registered);
  });

  async function built<T>(load: () => unknown, use: (session: Awaited<ReturnType<typeof buildSession>>) => T) {
    const session = await buildSession(tf, request(load));
    try {
      return await use(session);
    } finally {
      await session.dispose();
    }
  }
  const names = (load: () => unknown) => built(load, ({ parameters }) => parameters.map(({ name }) => name));

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

  it('initializes from the seed alone, also if load is async', async () => {
    const load = async () => {
      await new Promise((done) => setTimeout(done, 2));
      return classifier(tf);
    };
    const bits = async (seed: number) => {
      const session = await buildSession(tf, request(load, { seed }));
      const state = bitsOf(await session.capture());
      await session.dispose();
      return state['mlp/dense_1/kernel'];
    };
    const first = await bits(1);
    Math.random();
    expect(await bits(1)).to.equal(first);
    expect(await bits(2)).to.not.equal(first);
    const together = await Promise.all([bits(1), bits(2), bits(1)]);
    expect(together[0]).to.equal(first);
    expect(together[2]).to.equal(first);
  });

  for (const [name, optimizer] of [
    ['adam', () => adam(0.01)],
    ['an optimizer of TensorFlow.js', (engine: Tf) => engine.train.adam(0.01)],
  ] as const) {
    it(`trains a model with ${name} as if alone, while others are built and disposed`, async () => {
      const pause = () => new Promise<void>((done) => setTimeout(done, 2));
      const trained = async (stepped: () => Promise<void>) => {
        const session = await buildSession(
          tf,
          request(() => classifier(tf, optimizer)),
        );
        for (let step = 0; step < 4; step++) {
          await session.step(batchAt(step), { step, metrics: true });
          await stepped();
        }
        const state = bitsOf(await session.capture());
        await session.dispose();
        return state;
      };
      const alone = await trained(async () => undefined);
      const slow = async () => {
        await pause();
        const model = classifier(tf, optimizer);
        await pause();
        return model;
      };
      let build = Promise.resolve();
      const around = await trained(async () => {
        await build;
        build = buildSession(tf, request(slow, { seed: 3 })).then((session) => session.dispose());
        await pause();
      });
      await build;
      expect(around).to.deep.equal(alone);
    });
  }

  it('keeps a model that is loaded inside another separate', async () => {
    let teacher: Awaited<ReturnType<typeof buildSession>> | undefined;
    const load = async (): Promise<OneLossModel<undefined>> => {
      teacher = await buildSession(
        tf,
        request(() => classifier(tf)),
      );
      const { mlp } = teacher.artefacts as { mlp: tfjs.LayersModel };
      const w = tf.variable(tf.zeros([3]), true, 'w');
      return {
        loss: ({ x }) => tf.mean(tf.square(tf.sub(mlp.apply(x!) as tfjs.Tensor, w))),
        optimizer: sgd(0.1),
      };
    };
    const session = await buildSession(tf, request(load));
    expect(session.parameters.map(({ name }) => name)).to.deep.equal(['w']);
    const before = bitsOf(await teacher!.capture());
    session.step(batchAt(0), { step: 0, metrics: false });
    expect(bitsOf(await teacher!.capture())).to.deep.equal(before);
    await session.dispose();
    await teacher!.dispose();
  });

  it('returns models that other code can train, and cleans up after that too', async () => {
    await built(
      () => classifier(tf),
      async ({ artefacts, capture }) => {
        expect(capture).to.be.a('function');
        const { mlp } = artefacts as { mlp: tfjs.Sequential };
        const optimizer = tf.train.adam(0.1);
        const x = tf.ones([2, 6]);
        tf.dispose(optimizer.minimize(() => tf.mean(mlp.apply(x) as tfjs.Tensor), true) as tfjs.Scalar);
        optimizer.dispose();
        x.dispose();
      },
    );
  });

  it('disposes constants the model closes over, with the session and not before', async () => {
    let scale: tfjs.Tensor | undefined;
    const load = () => {
      const w = tf.variable(tf.zeros([6]), true, 'w');
      const own = tf.scalar(2);
      scale = own;
      return { loss: ({ x }: Record<string, tfjs.Tensor>) => tf.mean(x!.mul(w).mul(own)), optimizer: sgd(0.1) };
    };
    await built(load, (session) => {
      session.step(batchAt(0), { step: 0, metrics: true });
      expect(scale!.isDisposed).to.equal(false);
    });
    expect(scale!.isDisposed).to.equal(true);
  });

  it('warns of untrained parameters, fixed dropout seeds and unknown optimizers', async () => {
    class Mine extends tf.SGDOptimizer {}
    const load = (): OneLossModel<undefined> => {
      tf.variable(tf.scalar(1), true, 'idle');
      const layer = tf.layers.dropout({ rate: 0.5, seed: 3, name: 'stuck' });
      const model = small({ optimizer: new Mine(0.1) });
      return { ...model, loss: (batch, ...rest) => model.loss({ x: layer.apply(batch.x!) as tfjs.Tensor }, ...rest) };
    };
    await built(load, ({ warnings }) =>
      expect(warnings).to.deep.equal([
        'The loss does not depend on idle: not trained.',
        'The layer stuck has a fixed seed, so it draws the same mask at every step: remove the seed.',
        'stuck is called without { training }, so stuck acts as in an evaluation: write apply(x, { training }).',
        'Mine is not an optimizer Forge knows: resuming a run may not be exact.',
      ]),
    );
  });

  it('ignores the optimizer of a compiled model, and frozen layers', async () => {
    const load = () => {
      const model = classifier(tf);
      const { mlp } = model.artefacts as { mlp: tfjs.Sequential };
      mlp.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
      mlp.layers[0]!.trainable = false;
      return model;
    };
    await built(load, ({ parameters, warnings }) => {
      expect(parameters).to.have.length(8);
      expect(parameters.filter(({ trainable }) => trainable).map(({ name }) => name)).to.deep.equal([
        'mlp/batch_normalization_1/gamma',
        'mlp/batch_normalization_1/beta',
        'mlp/head/kernel',
        'mlp/head/bias',
      ]);
      expect(warnings).to.have.length(1);
      expect(warnings[0]).to.include('is compiled, which has no effect here');
    });
  });

  it('rethrows errors of load, and leaks nothing', async () => {
    const { random } = Math;
    const load = async () => {
      tf.variable(tf.ones([3]));
      tf.keep(tf.ones([4]));
      tf.train.adam(0.1);
      await new Promise((done) => setTimeout(done, 1));
      throw new Error('no such file');
    };
    expect(await failure(load)).to.equal('Error: no such file');
    expect(Math.random).to.equal(random);
    expect(await names(() => small())).to.deep.equal(['w']);
  });
});
