import { type Batch, type Engine, elements, sgd, type TrainSession } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { reduceMean } from '@forge-ml/onnx/ops';
import { expect } from 'chai';
import { dense } from '../layers/dense.js';
import { meanSquaredError } from '../layers/losses.js';
import { flatten } from '../layers/shapes.js';
import { softmaxCrossEntropy } from '../layers/softmax-cross-entropy.js';
import type { OnnxModel } from '../model/onnx-model.js';
import { batchAt, bitsOf, bitsOfBatch, classifier, open, startCpu } from './models.test.support.js';

/** A linear model with two outputs of the same value. */
function twoOutputs(): OnnxModel<{ logits: Value; shifted: Value }> {
  const layer = dense(3);
  return {
    predict: ({ images }, context) => {
      const logits = layer(flatten()(images!, context), context);
      return { logits, shifted: logits };
    },
    loss: ({ labels }, { logits }) => softmaxCrossEntropy(logits, labels!),
    optimizer: sgd(0.1),
  };
}

describe('outputs of a step and of an evaluation', () => {
  let engine: Engine;
  const opened: TrainSession[] = [];
  const build = async (load?: () => unknown): Promise<TrainSession> => {
    const session = await open(engine, load);
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

  /** The outputs of each update, by blocks that end before these steps. */
  async function outputsOf(session: TrainSession, ends: readonly number[]): Promise<Batch[]> {
    const received: Batch[] = [];
    let step = 0;
    for (const end of ends) {
      const onOutputs = (outputs: Batch, index: number) => {
        expect(received.length).to.equal(step + index);
        received.push(outputs);
      };
      const batches = Array.from({ length: end - step }, (_, at) => batchAt(step + at));
      const request = { step, metrics: true, onOutputs };
      if (batches.length === 1) await session.step(batches[0]!, request);
      else await session.fused!.steps(batches, request);
      step = end;
    }
    return received;
  }

  it('are those of the forward pass before the update', async () => {
    const session = await build(twoOutputs);
    const { logits } = await session.predict(batchAt(0));
    const [outputs] = await outputsOf(session, [1]);
    expect(Object.keys(outputs!)).to.deep.equal(['logits', 'shifted']);
    const [before, reported] = [logits!, outputs!.logits!].map((value) => [...elements(value)].map(Number));
    for (const [at, value] of before!.entries()) expect(reported![at]).to.be.closeTo(value, 1e-5);
    expect(bitsOfBatch(await session.predict(batchAt(0)))).not.to.deep.equal(bitsOfBatch(outputs!));
  });

  it('are in training mode: with dropout, another mask at each step', async () => {
    const drop: () => OnnxModel = () => {
      const layer = dense(3, { bias: false });
      return {
        predict: ({ images }, context) => context.dropout(layer(flatten()(images!, context), context), 0.5),
        loss: ({ labels }, logits) => softmaxCrossEntropy(logits, labels!),
        optimizer: sgd(0),
      };
    };
    const session = await build(drop);
    const [first, second] = await outputsOf(session, [1, 2]);
    const dropped = (batch: Batch) => [...elements(batch.output!)].map((value) => Number(value) === 0);
    expect(dropped(first!)).to.include(true).and.include(false);
    expect(dropped(second!)).not.to.deep.equal(dropped(first!));
  });

  it('do not change the update, and are the same in blocks of any size', async () => {
    const [plain, single, fused] = [await build(), await build(), await build()];
    const stats = [];
    for (let step = 0; step < 7; step++) stats.push(await plain.step(batchAt(step), { step, metrics: true }));
    const one = await outputsOf(single, [1, 2, 3, 4, 5, 6, 7]);
    const blocks = await outputsOf(fused, [2, 3, 7]);
    expect(blocks.map(bitsOfBatch)).to.deep.equal(one.map(bitsOfBatch));
    const expected = bitsOf(await plain.capture());
    expect(bitsOf(await single.capture())).to.deep.equal(expected);
    expect(bitsOf(await fused.capture())).to.deep.equal(expected);
  });

  it('of an evaluation are those of predict', async () => {
    const session = await build();
    await outputsOf(session, [3]);
    const plain = await session.evaluate(batchAt(9));
    const received: Batch[] = [];
    const stats = await session.evaluate(batchAt(9), { onOutputs: (outputs) => received.push(outputs) });
    expect(stats).to.deep.equal(plain);
    expect(received.map(bitsOfBatch)).to.deep.equal([bitsOfBatch(await session.predict(batchAt(9)))]);
  });

  it('need a predict', async () => {
    const session = await build(() => {
      const layer = dense(3);
      return classifier({
        predict: undefined as never,
        loss: ({ images, labels }, _, context) =>
          softmaxCrossEntropy(layer(flatten()(images!, context), context), labels!),
        stats: () => ({}),
      });
    });
    const onOutputs = () => undefined;
    for (const action of [
      () => session.step(batchAt(0), { step: 0, metrics: true, onOutputs }),
      () => session.evaluate(batchAt(0), { onOutputs }),
    ]) {
      const error = await Promise.resolve(action()).catch((thrown: unknown) => thrown);
      expect(error).to.have.property('code', 'ABILITY_MISSING');
    }
    expect(session.labels).to.equal(undefined);
  });

  it('that no caller could receive leave a state that is not trusted: the update was made', async () => {
    const session = await build();
    expect(session.intact).to.equal(true);
    const failing = session.step(batchAt(0), {
      step: 0,
      metrics: true,
      onOutputs: () => {
        throw new Error('no');
      },
    });
    expect(await Promise.resolve(failing).catch((error: Error) => error.message)).to.equal('no');
    expect(session.intact).to.equal(false);
  });

  it('leave the labels: the arrays that the loss or the stats read, and predict does not', async () => {
    expect((await build()).labels).to.deep.equal(['labels']);
    const autoencoder = await build(() =>
      classifier({
        loss: ({ images }, logits) =>
          meanSquaredError(
            reduceMean(logits, [1], { keepdims: false }),
            reduceMean(images!, [1, 2, 3], { keepdims: false }),
          ),
        stats: () => ({}),
      }),
    );
    expect(autoencoder.labels).to.deep.equal([]);
  });
});
