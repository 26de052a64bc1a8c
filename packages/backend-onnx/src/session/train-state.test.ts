import { adam, type Engine, plateau, type SessionState, sgd, type TrainSession } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import type { OneLossModel } from '../model/onnx-model.js';
import { batchAt, bitsOf, classifier, open, startCpu } from './models.test.support.js';

const evaluations = [{ loss: 3 }, { loss: 3 }, { loss: 4 }, { loss: 2 }];

describe('the state of an optimizer besides its slots', () => {
  let engine: Engine;
  before(async () => {
    engine = await startCpu();
  });
  after(() => engine.dispose());

  const openWith = (optimizer: OneLossModel['optimizer']): Promise<TrainSession> =>
    open(engine, () => classifier({ optimizer }));
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

  it('is the same for fused batches of any block size', async () => {
    const [single, fused] = [await accumulating(), await accumulating()];
    for (let step = 0; step < 11; step++) await single.step(batchAt(step), { step, metrics: true });
    for (const [from, to] of [
      [0, 2],
      [2, 7],
      [7, 11],
    ] as const) {
      const batches = Array.from({ length: to - from }, (_, at) => batchAt(from + at));
      await fused.fused!.steps(batches, { step: from, metrics: true });
    }
    expect(bitsOf(await fused.capture())).to.deep.equal(bitsOf(await single.capture()));
    await single.dispose();
    await fused.dispose();
  });

  it('lowers the rate of the very next step', async () => {
    const change = async (optimizer: OneLossModel['optimizer']): Promise<number> => {
      const session = await openWith(optimizer);
      for (const stats of [{ loss: 1 }, { loss: 1 }]) session.observe?.(stats);
      const bias = async () =>
        new Float32Array((await session.capture()).parameters.get('net/dense_2/bias')!.bytes.slice().buffer);
      const before = await bias();
      await session.step(batchAt(0), { step: 0, metrics: true });
      const moved = (await bias())[0]! - before[0]!;
      await session.dispose();
      return moved;
    };
    const full = await change(sgd(0.5));
    expect(await change(sgd(plateau(0.5, { patience: 1, factor: 0.25 })))).to.be.closeTo(full / 4, 1e-6);
    expect(await change(sgd(plateau(0.5, { patience: 2, factor: 0.25 })))).to.equal(full);
  });

  it('is not restored from a run without it, and its metric must be one of the model’s', async () => {
    const plain = await openWith(adam(0.01));
    const session = await openWith(adam(plateau(0.01)));
    const state = await plain.capture();
    const failure = await Promise.resolve(session.restore(state)).catch((error: unknown) => error);
    expect(failure).to.have.property('message').that.contains('forge/plateau/best');
    expect(plain.observe).to.equal(undefined);
    const watching = openWith(adam(plateau(0.01, { metric: 'f1' })));
    const refused = await watching.catch((error: unknown) => error);
    expect(refused).to.have.property('message').that.contains('plateau watches f1').and.contains('loss, accuracy');
    await plain.dispose();
    await session.dispose();
  });
});
