import { adam, elements, isForgeError, sgd, tensor } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import { batchAt, bitsOf, classifier, request } from '../model/models.test.support.js';
import type { OneLossModel } from '../model/tfjs-model.js';
import { cpuTf } from '../optimizers/tf.test.support.js';
import type { Tf } from '../tf/tf.js';
import { buildSession } from './build-session.js';

describe('TfjsSession', () => {
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
  });

  it('learns, and reports the loss and the stats on request', async () => {
    const session = await buildSession(
      tf,
      request(() => classifier(tf)),
    );
    const first = await session.evaluate(batchAt(0));
    for (let step = 0; step < 150; step++) expect(session.step(batchAt(0), { step, metrics: false })).to.deep.equal({});
    const stats = await session.step(batchAt(0), { step: 150, metrics: true });
    expect(Object.keys(stats)).to.deep.equal(['loss', 'accuracy']);
    const last = await session.evaluate(batchAt(0));
    expect(last.loss).to.be.below(first.loss! / 2);
    expect(last.accuracy).to.be.above(0.8);
    session.dispose();
  });

  it('keeps a constant number of tensors over 100 steps', async () => {
    const session = await buildSession(
      tf,
      request(() => classifier(tf)),
    );
    session.step(batchAt(0), { step: 0, metrics: true });
    const alive = session.liveTensors!();
    for (let step = 1; step <= 100; step++) {
      session.step(batchAt(step), { step, metrics: step % 3 === 0 });
      if (step % 10 === 0) session.evaluate(batchAt(step));
      if (step % 25 === 0) session.predict(batchAt(step));
      expect(session.liveTensors!()).to.equal(alive);
    }
    session.dispose();
  });

  it('updates batch-norm statistics while training only, and not by building', async () => {
    const session = await buildSession(
      tf,
      request(() => classifier(tf)),
    );
    const read = async (name: string) => [...elements((await session.capture()).parameters.get(name)!)];
    const mean = 'mlp/batch_normalization_1/moving_mean';
    expect(session.parameters.find(({ name }) => name === mean)?.trainable).to.equal(false);
    expect(await read(mean)).to.deep.equal([0, 0, 0, 0, 0, 0, 0, 0]);
    session.evaluate(batchAt(0));
    session.predict(batchAt(0));
    expect(await read(mean)).to.deep.equal([0, 0, 0, 0, 0, 0, 0, 0]);
    session.step(batchAt(0), { step: 0, metrics: false });
    expect((await read(mean)).every((value) => value !== 0)).to.equal(true);
    session.dispose();
  });

  it('applies both kinds of dropout by seed and step, and not in evaluation', async () => {
    const bits = async (seed: number, step: number) => {
      const session = await buildSession(
        tf,
        request(() => classifier(tf), { seed: 7 }),
      );
      const other =
        seed === 7
          ? session
          : await buildSession(
              tf,
              request(() => classifier(tf), { seed }),
            );
      await other.restore(await session.capture());
      const stats = await other.step(batchAt(0), { step, metrics: true });
      for (const used of new Set([session, other])) used.dispose();
      return stats.loss;
    };
    const [first, again, later, reseeded] = [await bits(7, 3), await bits(7, 3), await bits(7, 4), await bits(8, 3)];
    expect(again).to.equal(first);
    expect(later).to.not.equal(first);
    expect(reseeded).to.not.equal(first);

    const session = await buildSession(
      tf,
      request(() => classifier(tf)),
    );
    expect(session.evaluate(batchAt(1))).to.deep.equal(session.evaluate(batchAt(1)));
    session.dispose();
  });

  it('predicts by name, from only the arrays that are read', async () => {
    const session = await buildSession(
      tf,
      request(() => classifier(tf)),
    );
    const { x } = batchAt(0, 5);
    const outputs = await session.predict({ x: x! });
    expect(Object.keys(outputs)).to.deep.equal(['output']);
    expect(outputs.output!.shape).to.deep.equal([5, 3]);
    expect(outputs.output!.dtype).to.equal('float32');
    session.dispose();

    const two = await buildSession(
      tf,
      request(
        (): OneLossModel<{ double: import('@tensorflow/tfjs').Tensor; whole: import('@tensorflow/tfjs').Tensor }> => {
          const w = tf.variable(tf.scalar(2), true, 'w');
          return {
            predict: (batch) => ({ double: batch.x!.mul(w), whole: batch.x!.toInt() }),
            loss: (_, { double }) => tf.mean(double),
            optimizer: sgd(0.1),
          };
        },
      ),
    );
    const named = await two.predict({ x: tensor(Float32Array.of(1.5, -2), [1, 2]) });
    expect([...elements(named.double!)]).to.deep.equal([3, -4]);
    expect([named.whole!.dtype, ...elements(named.whole!)]).to.deep.equal(['int32', 1, -2]);
    two.dispose();
  });

  it('trains a model that has only a loss', async () => {
    const load = (): OneLossModel<undefined> => {
      const w = tf.variable(tf.tensor1d([1, 2, 3, 4, 5, 6]), true, 'w');
      return { loss: ({ x }) => tf.mean(tf.square(tf.sub(x!, w))), optimizer: sgd(0.5) };
    };
    const session = await buildSession(tf, request(load));
    expect(session.evaluate(batchAt(0))).to.have.all.keys('loss');
    expect(() => session.predict(batchAt(0)))
      .to.throw('no predict')
      .with.property('code', 'ABILITY_MISSING');
    session.dispose();
  });

  it('does not change the batch, and copies its inputs and outputs', async () => {
    const session = await buildSession(
      tf,
      request(() => classifier(tf)),
    );
    const batch = batchAt(0);
    const bytes = Buffer.from(batch.x!.bytes);
    session.step(batch, { step: 0, metrics: true });
    expect(Buffer.from(batch.x!.bytes).equals(bytes)).to.equal(true);

    const state = await session.capture();
    const held = bitsOf(state);
    session.step(batch, { step: 1, metrics: false });
    expect(bitsOf(state)).to.deep.equal(held);
    await session.restore(state);
    for (const { bytes } of [...state.parameters.values(), ...state.optimizer.values()]) bytes.fill(0);
    expect(bitsOf(await session.capture())).to.deep.equal(held);
    session.dispose();
  });

  it('explains a batch that lacks what the model reads, and stays usable', async () => {
    const session = await buildSession(
      tf,
      request(() => classifier(tf)),
    );
    const { x } = batchAt(0);
    const alive = session.liveTensors!();
    expect(() => session.step({ images: x! }, { step: 0, metrics: true })).to.throw(
      'The model reads x, but the batch has images: float32[8, 6]',
    );
    expect(() => session.evaluate({ x: x! })).to.throw('The model reads labels');
    expect(session.liveTensors!()).to.equal(alive);
    session.step(batchAt(0), { step: 0, metrics: true });
    session.dispose();
  });

  it('leaks nothing if the model throws in a step, and restores Math.random', async () => {
    const { random } = Math;
    let broken = false;
    const load = (): OneLossModel => {
      const model = classifier(tf, () => adam(0.1));
      return {
        ...model,
        loss: (...args) => {
          const loss = model.loss(...args);
          if (broken) throw new Error('out of order');
          return loss;
        },
      };
    };
    const session = await buildSession(tf, request(load));
    const alive = session.liveTensors!();
    broken = true;
    for (let step = 0; step < 3; step++) {
      try {
        session.step(batchAt(0), { step, metrics: true });
        expect.fail('did not throw');
      } catch (error) {
        expect(isForgeError(error) && error.message).to.include('out of order');
      }
    }
    expect(session.liveTensors!()).to.equal(alive);
    expect(Math.random).to.equal(random);
    broken = false;
    session.step(batchAt(0), { step: 0, metrics: true });
    session.dispose();
  });
});
