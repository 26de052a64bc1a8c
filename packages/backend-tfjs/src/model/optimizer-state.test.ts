import { adam, plateau, type SessionState, sgd, type TrainSession } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import { cpuTf } from '../optimizers/tf.test.support.js';
import { buildSession } from '../session/build-session.js';
import type { Tf } from '../tf/tf.js';
import { batchAt, bitsOf, classifier, request } from './models.test.support.js';
import type { OneLossModel } from './tfjs-model.js';

const evaluations = [{ loss: 3 }, { loss: 3 }, { loss: 4 }, { loss: 2 }];

describe('the state of an optimizer besides its slots', () => {
  let tf: Tf;
  before(async () => {
    tf = await cpuTf();
  });

  const openWith = (optimizer: OneLossModel['optimizer']): Promise<TrainSession> =>
    buildSession(
      tf,
      request(() => classifier(tf, () => optimizer)),
    );
  const accumulating = () => openWith(adam(plateau(0.01, { patience: 1 }), { accumulate: 3, clipNorm: 1 }));

  /** Batches `from` to `to`; after every other one an evaluation is observed. */
  async function train(session: TrainSession, from: number, to: number): Promise<void> {
    for (let step = from; step < to; step++) {
      await session.step(batchAt(step), { step, metrics: true });
      if (step % 2 === 1) session.observe!(evaluations[(step >> 1) % evaluations.length]!);
    }
  }

  it('is restored bit-identical in the middle of a sum, and of a plateau', async () => {
    const straight = await accumulating();
    const states: SessionState[] = [];
    for (let step = 0; step < 10; step++) {
      states.push(await straight.capture());
      await train(straight, step, step + 1);
    }
    const expected = bitsOf(await straight.capture());
    for (const at of [1, 4, 6, 8]) {
      const resumed = await accumulating();
      await train(resumed, 0, 5);
      await resumed.restore(states[at]!);
      await train(resumed, at, 10);
      expect(bitsOf(await resumed.capture()), `resumed at ${at}`).to.deep.equal(expected);
      await resumed.dispose();
    }
    await straight.dispose();
  });

  it('lowers the rate of the very next step', async () => {
    const change = async (optimizer: OneLossModel['optimizer']): Promise<number> => {
      const session = await openWith(optimizer);
      const [bias] = session.parameters.filter(({ name }) => name.endsWith('/bias')).slice(-1);
      for (const stats of [{ loss: 1 }, { loss: 1 }]) session.observe?.(stats);
      const value = async () =>
        new Float32Array((await session.capture()).parameters.get(bias!.name)!.bytes.slice().buffer)[0]!;
      const before = await value();
      await session.step(batchAt(0), { step: 0, metrics: true });
      const moved = (await value()) - before;
      await session.dispose();
      return moved;
    };
    const full = await change(sgd(0.5));
    expect(Math.abs(full)).to.be.greaterThan(1e-3);
    expect(await change(sgd(plateau(0.5, { patience: 1, factor: 0.25 })))).to.be.closeTo(full / 4, 1e-6);
    expect(await change(sgd(plateau(0.5, { patience: 2, factor: 0.25 })))).to.equal(full);
  });

  it('is not restored from a run without it, and its metric must be one of the model’s', async () => {
    const plain = await openWith(adam(0.01));
    const session = await openWith(adam(plateau(0.01)));
    const state = await plain.capture();
    const failure = await Promise.resolve()
      .then(() => session.restore(state))
      .catch((error: unknown) => error);
    expect(failure).to.have.property('message').that.contains('forge/plateau/best');
    expect(plain.observe).to.equal(undefined);
    const refused = await openWith(adam(plateau(0.01, { metric: 'f1' }))).catch((error: unknown) => error);
    expect(refused).to.have.property('message').that.contains('plateau watches f1').and.contains('loss, accuracy');
    await plain.dispose();
    await session.dispose();
  });
});
