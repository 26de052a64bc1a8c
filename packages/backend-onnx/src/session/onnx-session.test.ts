import { type Engine, isForgeError, type Stats, sgd, type TrainSession, tensor } from '@forge-ml/core/plugin';
import { argMax, cast, log, reduceMean } from '@forge-ml/onnx/ops';
import { expect } from 'chai';
import { dense } from '../layers/dense.js';
import { meanSquaredError } from '../layers/losses.js';
import type { OnnxModel } from '../model/onnx-model.js';
import { bindingNames } from '../runtime/protocol.js';
import { batchAt, bitsOf, classifier, open, startCpu, startWith } from './models.test.support.js';

async function failure(action: () => Promise<unknown>): Promise<{ code: string; message: string }> {
  const error = await action().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isForgeError(error)) throw new Error(`expected a ForgeError, got ${String(error)}`);
  return { code: error.code, message: error.message };
}

describe('a session on ONNX Runtime', () => {
  let engine: Engine;
  const opened: TrainSession[] = [];
  const build = async (load?: () => unknown, seed?: number): Promise<TrainSession> => {
    const session = await open(engine, load, seed);
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

  it('names parameters by the path of their layers', async () => {
    const { parameters } = await build();
    expect(
      parameters.map(({ name, shape, trainable }) => `${name} ${shape}${trainable ? '' : ' fixed'}`),
    ).to.deep.equal([
      'net/features/conv2d_1/kernel 8,2,3,3',
      'net/features/conv2d_1/bias 8',
      'net/features/batch_normalization_1/gamma 8',
      'net/features/batch_normalization_1/beta 8',
      'net/features/batch_normalization_1/moving_mean 8 fixed',
      'net/features/batch_normalization_1/moving_variance 8 fixed',
      'net/dense_1/kernel 200,40',
      'net/dense_1/bias 40',
      'net/dense_2/kernel 40,3',
      'net/dense_2/bias 3',
    ]);
  });

  it('fuses updates in blocks of any size, bit-identical to single updates', async () => {
    const [single, fused] = [await build(), await build()];
    const numbers = [];
    for (let step = 0; step < 20; step++) numbers.push(await single.step(batchAt(step), { step, metrics: true }));
    const reported = [];
    for (const [from, to] of [
      [0, 3],
      [3, 4],
      [4, 20],
    ] as const) {
      const batches = Array.from({ length: to - from }, (_, index) => batchAt(from + index));
      reported.push(...(await fused.fused!.steps(batches, { step: from, metrics: true })));
    }
    expect(reported).to.deep.equal(numbers);
    expect(bitsOf(await fused.capture())).to.deep.equal(bitsOf(await single.capture()));
  });

  it('makes the steps of a block up to one that fails, which fails again when it is repeated', async () => {
    const outOfRange = { ...batchAt(9), labels: tensor(new Uint8Array(16).fill(9)) };
    const { images } = batchAt(9);
    for (const [bad, named] of [
      [outOfRange, 'MODEL_INVALID'],
      [{ images: images! }, 'DATA_INVALID'],
    ] as const) {
      for (const at of [1, 2, 4, 6]) {
        const [single, fused] = [await build(), await build()];
        const numbers = [];
        for (let step = 0; step < at; step++) numbers.push(await single.step(batchAt(step), { step, metrics: true }));
        const batches = Array.from({ length: 8 }, (_, step) => (step === at ? bad : batchAt(step)));
        const from = async (step: number) => fused.fused!.steps(batches.slice(step), { step, metrics: true });
        const made: Stats[] = [];
        while (made.length < at) made.push(...(await from(made.length)));
        expect(made).to.deep.equal(numbers);
        const again = () => from(at);
        expect((await failure(again)).code).to.equal(named);
        expect([fused.intact, bitsOf(await fused.capture())]).to.deep.equal([true, bitsOf(await single.capture())]);
        await fused.step(batchAt(at), { step: at, metrics: true });
      }
    }
  });

  for (const binding of bindingNames) {
    it(`ends running steps when it is interrupted, with the state of those that it made: ${binding}`, async () => {
      const other = await startWith(binding);
      const session = await open(other);
      session.interrupt!();
      const steps = 40;
      const batches = Array.from({ length: steps }, (_, step) => batchAt(step, 256));
      await session.step(batches[0]!, { step: 0, metrics: true });
      const running = Promise.resolve(session.fused!.steps(batches.slice(1), { step: 1, metrics: true }));
      await new Promise((resolve) => setTimeout(resolve, 30));
      session.interrupt!();
      const made = 1 + (await running.catch((error) => (error.code === 'STOPPED' ? [] : Promise.reject(error)))).length;
      expect(made).to.be.below(steps);
      expect(session.intact).to.equal(true);
      const straight = await open(other);
      for (let step = 0; step < made; step++) await straight.step(batches[step]!, { step, metrics: true });
      expect(bitsOf(await session.capture())).to.deep.equal(bitsOf(await straight.capture()));
      const next = { step: made, metrics: true };
      expect(await session.step(batches[made]!, next)).to.deep.equal(await straight.step(batches[made]!, next));
      await other.dispose();
    });
  }

  describe('captureAside', () => {
    const stepped = async (): Promise<TrainSession> => {
      const session = await build();
      for (let step = 0; step < 3; step++) await session.step(batchAt(step), { step, metrics: false });
      return session;
    };

    it('returns the state as it was at the call, while steps continue', async () => {
      const session = await stepped();
      const before = bitsOf(await session.capture());
      const captured = session.captureAside!();
      const stepping = session.step(batchAt(3), { step: 3, metrics: false });
      expect(bitsOf(await captured)).to.deep.equal(before);
      await stepping;
      const straight = await stepped();
      await straight.step(batchAt(3), { step: 3, metrics: false });
      expect(bitsOf(await session.capture())).to.deep.equal(bitsOf(await straight.capture()));
    });

    it('returns it if no step follows, and later steps continue from it', async () => {
      const session = await stepped();
      const first = bitsOf(await session.captureAside!());
      const [second, third] = await Promise.all([session.captureAside!(), session.captureAside!()]);
      expect([bitsOf(second), bitsOf(third)]).to.deep.equal([first, first]);
      expect(bitsOf(await session.capture())).to.deep.equal(first);
    });

    it('returns it before the state is replaced, or the session ends', async () => {
      const session = await stepped();
      const state = await session.capture();
      await session.step(batchAt(3), { step: 3, metrics: false });
      const now = bitsOf(await session.capture());
      const captured = session.captureAside!();
      await session.restore(state);
      expect(bitsOf(await captured)).to.deep.equal(now);
      const last = session.captureAside!();
      await session.dispose();
      expect(bitsOf(await last)).to.deep.equal(bitsOf(state));
    });
  });

  it('learns how many updates to fuse', async () => {
    const session = await build();
    expect(session.fused!.most).to.equal(2);
    for (let step = 0; step < 5; step++) await session.step(batchAt(step), { step, metrics: true });
    expect(session.fused!.most).to.be.greaterThan(2);
  });

  it('does not block the event loop', async () => {
    const session = await build();
    const batches = Array.from({ length: 32 }, (_, index) => batchAt(index, 128));
    await session.fused!.steps(batches.slice(0, 2), { step: 0, metrics: true });
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    await session.fused!.steps(batches, { step: 2, metrics: true });
    clearInterval(timer);
    // Were it blocked there would be none, or one at the end.
    expect(ticks).to.be.greaterThan(3);
  });

  it('adding a layer does not change the initial values of the others', async () => {
    const bits = bitsOf(await (await build()).capture());
    const more = () => {
      const { predict, ...rest } = classifier();
      const extra = dense(3, { name: 'extra' });
      return {
        ...rest,
        predict: (...given: Parameters<typeof predict & object>) => extra(predict!(...given), given[1]),
      };
    };
    const moreBits = bitsOf(await (await build(more)).capture());
    expect(moreBits).to.include(bits);
    expect(Object.keys(moreBits)).to.include('extra/kernel');
  });

  it('evaluates examples independently: without dropout, by the running statistics', async () => {
    const session = await build();
    for (let step = 0; step < 5; step++) await session.step(batchAt(0), { step, metrics: false });
    const { images } = batchAt(0);
    const whole = (await session.predict({ images: images! })).output!;
    const alone = (
      await session.predict({ images: tensor(new Float32Array(images!.bytes.slice(0, 1152).buffer), [1, 12, 12, 2]) })
    ).output!;
    expect(whole.shape).to.deep.equal([16, 3]);
    const [first, all] = [alone, whole].map(({ bytes }) => new Float32Array(bytes.slice().buffer));
    for (const [at, value] of first!.entries()) expect(value).to.be.closeTo(all![at]!, 1e-5);
  });

  it('rejects batches that do not fit, naming the array', async () => {
    const session = await build();
    const { labels } = batchAt(0);
    const images = tensor(new Float32Array(16 * 10 * 12 * 2), [16, 10, 12, 2]);
    expect(
      await failure(() => Promise.resolve(session.step({ images, labels: labels! }, { step: 0, metrics: true }))),
    ).to.deep.equal({
      code: 'DATA_INVALID',
      message: 'The array images is float32[16, 10, 12, 2], but the model was built for float32[batch, 12, 12, 2].',
    });
  });

  it('rejects labels out of range, and keeps its state', async () => {
    const session = await build();
    const before = bitsOf(await session.capture());
    const batch = { ...batchAt(0), labels: tensor(new Uint8Array(16).fill(9)) };
    const { code, message } = await failure(() => Promise.resolve(session.step(batch, { step: 0, metrics: true })));
    expect(code).to.equal('MODEL_INVALID');
    expect(message).to.contain('labels: uint8[16]');
    expect(bitsOf(await session.capture())).to.deep.equal(before);
  });

  const wrong: Record<string, [() => unknown, string]> = {
    'a loss that is not a scalar': [() => classifier({ loss: (_, logits) => logits }), 'not a float32 scalar'],
    'a loss without a gradient': [
      () =>
        classifier({
          loss: (_, logits) => reduceMean(cast(argMax(logits, 1), 'float32'), [0, 1], { keepdims: false }),
        }),
      "none of the model's trainable parameters",
    ],
    'a stat that is not a scalar': [() => classifier({ stats: (_, logits) => ({ logits }) }), 'The stat logits'],
    'an unknown array of the batch': [
      () => classifier({ predict: ({ pictures }, context) => dense(3)(pictures!, context) }),
      'The model reads pictures, but the batch has images',
    ],
    'shapes that do not fit': [
      () => classifier({ loss: ({ images }, logits) => meanSquaredError(logits, images!) }),
      'float32',
    ],
    'an optimizer that was not called': [() => ({ ...classifier(), optimizer: sgd }), 'Did you mean to call it'],
  };
  for (const [title, [load, named]] of Object.entries(wrong)) {
    it(`rejects ${title}`, async () => {
      const { code, message } = await failure(() => build(load));
      expect(message).to.contain(named);
      expect(code).to.equal('MODEL_INVALID');
    });
  }

  it('warns of parameters the loss does not depend on, and does not change them', async () => {
    const unused: () => OnnxModel = () => {
      const model = classifier();
      const spare = dense(2, { name: 'spare' });
      return {
        ...model,
        predict: (batch, context) => {
          const logits = model.predict!(batch, context);
          spare(logits, context);
          return logits;
        },
      };
    };
    const session = await build(unused);
    expect(session.warnings).to.deep.equal(['The loss does not depend on spare/kernel, spare/bias: not trained.']);
    const before = bitsOf(await session.capture());
    await session.step(batchAt(0), { step: 0, metrics: true });
    const after = bitsOf(await session.capture());
    expect(after['spare/kernel']).to.equal(before['spare/kernel']);
    expect(after['spare/kernel/m']).to.equal(before['spare/kernel/m']);
    expect(after['net/dense_1/kernel']).not.to.equal(before['net/dense_1/kernel']);
  });

  it('returns a loss that is not finite: the training loop handles it', async () => {
    const session = await build(() =>
      classifier({ loss: (_, logits) => reduceMean(log(logits), undefined, { keepdims: false }) }),
    );
    expect((await session.step(batchAt(0), { step: 0, metrics: true })).loss).to.be.NaN;
  });
});
