import { adamw, type Engine, plateau, sgd, type TrainSession, warmup } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import type { Optimizer } from '../optimizers/optimizer.js';
import { batchAt, bitsOf, classifier, open, startCpu } from './models.test.support.js';

describe('learning rates', () => {
  let engine: Engine;
  const opened: TrainSession[] = [];
  const build = async (optimizer: Optimizer): Promise<TrainSession> => {
    const session = await open(engine, () => classifier({ optimizer }));
    opened.push(session);
    return session;
  };
  before(async () => {
    engine = await startCpu();
  });
  afterEach(async () => {
    for (const session of opened.splice(0)) await session.dispose();
  });
  after(() => engine.dispose());

  it('of the update of a step are known before it: by its schedule, accumulation and plateau', async () => {
    const session = await build(sgd(plateau(warmup(0.4, 4), { patience: 1, factor: 0.5 }), { accumulate: 2 }));
    const rates = () => [0, 1, 2, 3, 6, 20].map((step) => session.learningRate!(step));
    expect(rates()).to.deep.equal([0.1, 0.1, 0.2, 0.2, 0.4, 0.4]);
    for (const stats of [{ loss: 1 }, { loss: 1 }]) session.observe!(stats);
    expect(rates()).to.deep.equal([0.05, 0.05, 0.1, 0.1, 0.2, 0.2]);
  });

  it('are those that the updates use, and a request replaces them', async () => {
    const [own, given, fused] = [
      await build(adamw(warmup(0.1, 5))),
      await build(adamw(7)),
      await build(adamw(plateau(7, { patience: 1 }))),
    ];
    for (const stats of [{ loss: 1 }, { loss: 1 }]) fused.observe!(stats);
    for (let step = 0; step < 6; step++) {
      await own.step(batchAt(step), { step, metrics: true });
      const learningRate = own.learningRate!(step) as number;
      await given.step(batchAt(step), { step, metrics: true, learningRate });
      await fused.fused!.steps([batchAt(step)], { step, metrics: true, learningRate });
    }
    const expected = bitsOf(await own.capture());
    expect(bitsOf(await given.capture())).to.deep.equal(expected);
    const { parameters } = await fused.capture();
    expect(bitsOf({ parameters, optimizer: new Map() })).to.deep.equal(
      bitsOf({ parameters: (await own.capture()).parameters, optimizer: new Map() }),
    );
  });

  it('given to a block are used by all its updates', async () => {
    const [single, fused] = [await build(sgd(warmup(0.1, 9))), await build(sgd(warmup(0.1, 9)))];
    for (let step = 0; step < 3; step++) {
      await single.step(batchAt(step), { step, metrics: true, learningRate: 0.02 });
    }
    await fused.fused!.steps(
      [0, 1, 2].map((step) => batchAt(step)),
      { step: 0, metrics: true, learningRate: 0.02 },
    );
    expect(bitsOf(await fused.capture())).to.deep.equal(bitsOf(await single.capture()));
    const still = bitsOf(await single.capture());
    await single.step(batchAt(3), { step: 3, metrics: true, learningRate: 0 });
    expect(bitsOf(await single.capture())['net/dense_1/kernel']).to.equal(still['net/dense_1/kernel']);
  });
});
