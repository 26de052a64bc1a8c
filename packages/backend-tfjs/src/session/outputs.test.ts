import { type Batch, elements, sgd } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import { expect } from 'chai';
import { batchAt, bitsOf, classifier, request } from '../model/models.test.support.js';
import type { OneLossModel, TfjsModel } from '../model/tfjs-model.js';
import { cpuTf } from '../optimizers/tf.test.support.js';
import type { Tf } from '../tf/tf.js';
import { buildSession } from './build-session.js';

type Tensor = tfjs.Tensor;

describe('outputs and labels', () => {
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

  /** A linear model: its outputs are easy to compute. */
  const linear = (): TfjsModel<{ sum: Tensor; training: Tensor }> => {
    const w = tf.variable(tf.ones([6, 1]), true, 'w');
    return {
      predict: ({ x }, { training }) => ({ sum: tf.matMul(x!, w), training: tf.scalar(Number(training), 'int32') }),
      loss: (_, { sum }) => tf.mean(tf.square(sum)),
      optimizer: sgd(0.1),
    };
  };

  it('of a step are those of its forward pass, in training mode and before the update', async () => {
    const session = await buildSession(tf, request(linear));
    const received: [Batch, number][] = [];
    const stats = await session.step(batchAt(3), {
      step: 0,
      metrics: true,
      onOutputs: (outputs, index) => received.push([outputs, index]),
    });
    const [[outputs, index] = []] = received;
    expect([received.length, index]).to.deep.equal([1, 0]);
    const x = elements(batchAt(3).x!) as Float32Array;
    const sums = elements(outputs!.sum!) as Float32Array;
    for (const [row, sum] of sums.entries()) {
      expect(sum).to.be.closeTo(
        x.slice(row * 6, row * 6 + 6).reduce((a, b) => a + b),
        1e-5,
      );
    }
    expect([...elements(outputs!.training!)]).to.deep.equal([1]);
    expect(stats.loss).to.be.closeTo(sums.reduce((sum, value) => sum + value ** 2, 0) / sums.length, 1e-5);
    await session.dispose();
  });

  it('change no bit of the training, and belong to the caller', async () => {
    const end = async (observed: boolean) => {
      const session = await buildSession(
        tf,
        request(() => classifier(tf)),
      );
      const kept: Batch[] = [];
      const stats = [];
      for (let step = 0; step < 4; step++) {
        const onOutputs = observed ? (outputs: Batch) => kept.push(outputs) : undefined;
        stats.push(await session.step(batchAt(step), { step, metrics: step % 2 === 0, onOutputs }));
        for (const { output } of kept) output!.bytes.fill(0);
      }
      const bits = bitsOf(await session.capture());
      await session.dispose();
      return { bits, stats };
    };
    expect(await end(true)).to.deep.equal(await end(false));
  });

  it('of an evaluation are those of predict', async () => {
    const session = await buildSession(
      tf,
      request(() => classifier(tf)),
    );
    let outputs: Batch | undefined;
    const stats = await session.evaluate(batchAt(1), {
      onOutputs: (received) => {
        outputs = received;
      },
    });
    expect(outputs).to.deep.equal(await session.predict(batchAt(1)));
    expect(stats).to.deep.equal(await session.evaluate(batchAt(1)));
    await session.dispose();
  });

  it('whose receiver throws leave the state as it was, and the error as it is', async () => {
    const session = await buildSession(
      tf,
      request(() => classifier(tf)),
    );
    const before = bitsOf(await session.capture());
    const failure = new Error('no space left');
    const step = () =>
      session.step(batchAt(1), {
        step: 0,
        metrics: true,
        onOutputs: () => {
          throw failure;
        },
      });
    expect(step).to.throw(failure);
    expect(session.intact).to.equal(true);
    expect(bitsOf(await session.capture())).to.deep.equal(before);
    await session.dispose();
  });

  it('have as labels the arrays that the loss or the stats read, and predict does not', async () => {
    const labels = async (change: (model: OneLossModel) => OneLossModel) => {
      const session = await buildSession(
        tf,
        request(() => change(classifier(tf))),
      );
      await session.dispose();
      return session.labels;
    };
    expect(await labels((model) => model)).to.deep.equal(['labels']);
    expect(await labels(({ stats, ...model }) => ({ ...model, loss: (_, y) => tf.mean(y) }))).to.deep.equal([]);
    expect(await labels(({ loss, ...model }) => ({ ...model, loss: (_, y) => tf.mean(y) }))).to.deep.equal(['labels']);
    const weighted = ({ loss, ...model }: OneLossModel): OneLossModel => ({
      ...model,
      loss: (batch, y, context) => tf.add(tf.mean(batch.x!), loss(batch, y, context)),
    });
    expect(await labels(weighted)).to.deep.equal(['labels']);
    const copied = ({ predict, ...model }: OneLossModel): OneLossModel => ({
      ...model,
      predict: (batch, context) => predict!({ ...batch }, context),
    });
    expect(await labels(copied)).to.equal(undefined);
  });
});
