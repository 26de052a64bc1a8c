import { adam, plateau, sgd, type TrainSession } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import { batchAt, bitsOf, classifier, request } from '../model/models.test.support.js';
import type { OneLossModel } from '../model/tfjs-model.js';
import { cpuTf } from '../optimizers/tf.test.support.js';
import type { Tf } from '../tf/tf.js';
import { buildSession } from './build-session.js';

describe('the learning rate of a session', () => {
  let tf: Tf;
  before(async () => {
    tf = await cpuTf();
  });

  const open = (optimizer: () => OneLossModel['optimizer']): Promise<TrainSession> =>
    buildSession(
      tf,
      request(() => classifier(tf, optimizer)),
    );
  const halving = (step: number) => 0.5 ** step;

  it('is that of the update, with accumulation and a plateau', async () => {
    const session = await open(() => sgd(plateau(halving, { patience: 1, factor: 0.1 }), { accumulate: 2 }));
    const rates = () => [0, 1, 2, 3, 4].map((step) => session.learningRate!(step));
    expect(rates()).to.deep.equal([1, 1, 0.5, 0.5, 0.25]);
    for (const loss of [1, 1]) session.observe!({ loss });
    expect(rates()).to.deep.equal([0.1, 0.1, 0.05, 0.05, 0.025]);
    await session.dispose();
    const other = await open(() => tf.train.adam(0.003));
    expect(other.learningRate!(7)).to.equal(0.003);
    await other.dispose();
  });

  const optimizers: Record<string, (rate: number) => OneLossModel['optimizer']> = {
    adam: (rate) => adam(rate),
    'sgd with groups and a plateau': (rate) =>
      sgd(plateau(rate, { patience: 1 }), { groups: [{ parameters: 'mlp/head/*', rate }] }),
    'tf.train.sgd': (rate) => tf.train.sgd(rate),
    'tf.train.momentum': (rate) => tf.train.momentum(rate, 0.9),
    'tf.train.rmsprop': (rate) => tf.train.rmsprop(rate),
    'tf.train.adagrad': (rate) => tf.train.adagrad(rate),
    'tf.train.adadelta': (rate) => tf.train.adadelta(rate),
    'tf.train.adam': (rate) => tf.train.adam(rate),
    'tf.train.adamax': (rate) => tf.train.adamax(rate),
  };
  for (const [name, optimizer] of Object.entries(optimizers)) {
    it(`of ${name} is replaced for one step`, async () => {
      const [session, reference] = [await open(() => optimizer(0.5)), await open(() => optimizer(0.02))];
      await session.step(batchAt(0), { step: 0, metrics: false, learningRate: 0.02 });
      await reference.step(batchAt(0), { step: 0, metrics: false });
      expect(bitsOf(await session.capture())).to.deep.equal(bitsOf(await reference.capture()));
      // The next step has its own again.
      await session.step(batchAt(1), { step: 1, metrics: false });
      await reference.step(batchAt(1), { step: 1, metrics: false, learningRate: 0.5 });
      expect(bitsOf(await session.capture())).to.deep.equal(bitsOf(await reference.capture()));
      await session.dispose();
      await reference.dispose();
    });
  }

  it('of an optimizer of another class cannot be replaced', async () => {
    class Mine extends tf.SGDOptimizer {}
    const session = await open(() => new Mine(0.1));
    const before = bitsOf(await session.capture());
    expect(() => session.step(batchAt(0), { step: 0, metrics: false, learningRate: 1 }))
      .to.throw('The learning rate of Mine cannot be replaced.')
      .with.property('code', 'ABILITY_MISSING');
    const { parameters } = await session.capture();
    expect(bitsOf({ parameters, optimizer: new Map() })).to.deep.equal(
      Object.fromEntries(Object.entries(before).filter(([name]) => parameters.has(name))),
    );
    await session.dispose();
  });
});
