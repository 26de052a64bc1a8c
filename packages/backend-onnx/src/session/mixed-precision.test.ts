import { adam, type Batch, type Engine, sgd, type TensorData, type TrainSession, tensor } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { numbersOf } from '@forge-ml/onnx/graph';
import * as ops from '@forge-ml/onnx/ops';
import { expect } from 'chai';
import { fromOnnx } from '../finetune/from-onnx.js';
import { batch as fileBatch, parts } from '../finetune/lora/lora-models.test.support.js';
import { modelOf } from '../finetune/model-file.test.support.js';
import { batchNorm } from '../layers/batch-norm.js';
import { conv2d } from '../layers/conv.js';
import { dense } from '../layers/dense.js';
import { constantly } from '../layers/initializers.js';
import { meanSquaredError } from '../layers/losses.js';
import { layerNorm } from '../layers/norms.js';
import { sequential } from '../layers/sequential.js';
import { channelsFirst, flatten } from '../layers/shapes.js';
import { softmaxCrossEntropy } from '../layers/softmax-cross-entropy.js';
import type { MixedPrecision } from '../model/mixed-precision.js';
import type { OneLossModel, OnnxContext } from '../model/onnx-model.js';
import { batchAt, bitsOf, classifier, open, startCpu, startOnDevice } from './models.test.support.js';

const rows = (index: number, count = 16): Batch => {
  const x = Float32Array.from({ length: count * 6 }, (_, at) => Math.sin((at + 1) * (index + 1.37)));
  return { x: tensor(x, [count, 6]), y: tensor(Int32Array.from({ length: count }, (_, at) => (at * 7 + index) % 3)) };
};

function mlp(mixedPrecision: MixedPrecision, changes: Partial<OneLossModel> = {}): OneLossModel {
  const net = sequential(dense(32, { activation: 'gelu' }), layerNorm(), dense(32, { activation: 'relu' }), dense(3));
  return {
    predict: ({ x }, context) => net(x!, context),
    loss: ({ y }, logits) => softmaxCrossEntropy(logits, y!),
    optimizer: adam(0.003),
    artefacts: { net },
    mixedPrecision,
    ...changes,
  };
}

/**
 * Gradients that are infinite from batches of ones on: of sqrt(w · x) where w · x is 0. Others are those of a mean.
 * The loss is finite in both cases.
 */
const fragile = (mixedPrecision: MixedPrecision, changes: Partial<OneLossModel> = {}): OneLossModel => ({
  loss: ({ x }, _, context) => {
    const w = context.parameter('w', [1], constantly(1));
    const root = ops.sqrt(ops.abs(ops.mul(w, x!)));
    return ops.reduceMean(root, undefined, { keepdims: false });
  },
  optimizer: adam(0.1),
  mixedPrecision,
  ...changes,
});
const good: Batch = { x: tensor(Float32Array.of(1, 4)) };
const bad: Batch = { x: tensor(Float32Array.of(0, 4)) };

const build = (engine: Engine, load: () => unknown, sample: Batch) => engine.build({ load, sample, seed: 7 });
const values = async (session: TrainSession) => bitsOf(await session.capture());
const states = (bits: Record<string, string>) =>
  Object.fromEntries(Object.entries(bits).filter(([name]) => !name.startsWith('forge/lossScale')));

for (const [place, start] of [
  ['kernels', startCpu],
  ['the graph', () => startOnDevice(undefined)],
] as const) {
  describe(`mixed precision, updates by ${place}`, () => {
    let engine: Engine;
    before(async () => {
      engine = await start();
    });
    after(() => engine.dispose());

    it('has the losses of float32, nearly, over 100 steps', async () => {
      const losses = async (mixed: MixedPrecision) => {
        const session = await build(engine, () => mlp(mixed), rows(0));
        const found: number[] = [];
        for (let step = 0; step < 100; step++) {
          found.push((await session.step(rows(step % 4), { step, metrics: true })).loss!);
        }
        await session.dispose();
        return found;
      };
      const [exact, mixed] = [await losses('none'), await losses('float16')];
      expect(mixed).to.not.deep.equal(exact);
      for (const [at, loss] of exact.entries()) expect(mixed[at], `${at}`).to.be.closeTo(loss, 0.02);
      expect(exact.at(-1)).to.be.below(0.5 * exact[0]!);
    });

    it('has the gradients of float32, to the precision of halves', async () => {
      const gradients = async (mixedPrecision: MixedPrecision) => {
        const maps = sequential(channelsFirst(), conv2d(8, 3, { activation: 'tanh' }), batchNorm(), flatten());
        const net = sequential(maps, dense(3));
        const predict: OneLossModel['predict'] = ({ images }, context) => net(images!, context);
        const session = await open(engine, () => classifier({ predict, artefacts: { net }, mixedPrecision }));
        const found = new Map<string, TensorData>();
        const onGradients = (report: ReadonlyMap<string, { readonly gradient: TensorData }>) => {
          for (const [name, { gradient }] of report) found.set(name, gradient);
        };
        await session.step(batchAt(0), { step: 0, metrics: true, onGradients });
        await session.dispose();
        return found;
      };
      const [exact, mixed] = [await gradients('none'), await gradients({ dtype: 'float16', initialScale: 256 })];
      expect([...mixed.keys()]).to.deep.equal([...exact.keys()]);
      for (const [name, value] of exact) {
        const [a, b] = [numbersOf(value), numbersOf(mixed.get(name)!)];
        const size = Math.hypot(...a);
        const difference = Math.hypot(...a.map((number, at) => number - b[at]!));
        expect(difference, name)
          .to.be.above(0)
          .and.below(3e-3 * size);
      }
    });

    it('skips a step whose gradients are not finite: only the loss scale changes', async () => {
      const session = await build(engine, () => fragile('float16'), good);
      await session.step(good, { step: 0, metrics: true });
      const before = states(await values(session));
      const { loss } = await session.step(bad, { step: 1, metrics: true });
      expect(loss).to.satisfy(Number.isFinite);
      expect(states(await values(session))).to.deep.equal(before);
      expect(session.gauges!()).to.deep.equal({ lossScale: 32_768, skippedSteps: 1 });
      await session.step(good, { step: 2, metrics: true });
      expect(states(await values(session))).to.not.deep.equal(before);
      expect(session.gauges!()).to.deep.equal({ lossScale: 32_768, skippedSteps: 1 });
      await session.dispose();
    });

    it('does not count skipped steps in bias corrections: the others are as without them', async () => {
      const run = async (batches: readonly Batch[]) => {
        const session = await build(engine, () => fragile('float16'), good);
        for (const [step, batch] of batches.entries()) await session.step(batch, { step, metrics: true });
        const found = states(await values(session));
        await session.dispose();
        return found;
      };
      expect(await run([bad, good, bad, bad, good, good])).to.deep.equal(await run([good, good, good]));
    });

    it('skips a whole update of several batches if one of them overflows, and begins new sums', async () => {
      const optimizer = adam(0.1, { accumulate: 3 });
      const session = await build(engine, () => fragile('float16', { optimizer }), good);
      const before = states(await values(session));
      for (const [step, batch] of [good, bad, good].entries()) await session.step(batch, { step, metrics: true });
      expect(states(await values(session))).to.deep.equal(before);
      expect(session.gauges!()).to.deep.equal({ lossScale: 32_768, skippedSteps: 1 });
      for (const step of [3, 4, 5]) await session.step(good, { step, metrics: true });
      const after = await session.capture();
      expect(numbersOf(after.parameters.get('w')!)[0]).to.be.closeTo(0.9, 1e-4);
      expect(numbersOf(after.optimizer.get('w/accumulated')!)).to.deep.equal([0]);
      await session.dispose();
    });

    it('recovers from a scale that is far too large', async () => {
      const mixedPrecision = { dtype: 'float16', initialScale: 2 ** 126, backoffFactor: 2 ** -20 } as const;
      const session = await open(engine, () => classifier({ mixedPrecision }));
      const losses: number[] = [];
      for (let step = 0; step < 30; step++) {
        losses.push((await session.step(batchAt(0), { step, metrics: true })).loss!);
      }
      expect(session.gauges!().skippedSteps).to.be.within(3, 8);
      expect(losses.at(-1)).to.be.below(0.75 * losses[0]!);
      await session.dispose();
    });

    it('ends where gradients are not finite at any scale', async () => {
      const session = await build(engine, () => fragile({ dtype: 'float16', initialScale: 1e-3 }), good);
      const failing = async () => {
        for (let step = 0; step < 8; step++) await session.step(bad, { step, metrics: true });
      };
      expect(await failing().catch((error: unknown) => error)).to.have.property('code', 'LOSS_NOT_FINITE');
      expect(session.intact).to.equal(true);
      await session.dispose();
    });

    it('returns a loss that is not finite, which ends a run, and does not update by it', async () => {
      const session = await build(engine, () => fragile('float16'), good);
      const { loss } = await session.step({ x: tensor(Float32Array.of(Number.NaN)) }, { step: 0, metrics: true });
      expect(loss).to.deep.equal(Number.NaN);
      const { parameters } = await session.capture();
      expect(numbersOf(parameters.get('w')!)).to.deep.equal([1]);
      await session.dispose();
    });

    it('keeps running statistics where the forward pass overflows', async () => {
      const net = sequential(batchNorm(), dense(1));
      const load = (): OneLossModel => ({
        predict: ({ x }, context) => net(x!, context),
        loss: (_, y) => ops.reduceMean(ops.abs(y), undefined, { keepdims: false }),
        optimizer: sgd(0.1),
        mixedPrecision: 'float16',
      });
      const sample = { x: tensor(Float32Array.of(1, 2, 3, 4), [2, 2]) };
      const session = await build(engine, load, sample);
      await session.step({ x: tensor(Float32Array.of(3e38, -3e38, 3e38, 3e38), [2, 2]) }, { step: 0, metrics: true });
      const { parameters } = await session.capture();
      for (const [name, value] of parameters) {
        for (const number of numbersOf(value)) expect(number, name).to.satisfy(Number.isFinite);
      }
      await session.dispose();
    });

    it('works with recomputation', async () => {
      const recomputing = await build(engine, () => mlp('float16', { recompute: 'blocks' }), rows(0));
      const plain = await build(engine, () => mlp('float16'), rows(0));
      for (let step = 0; step < 3; step++) {
        const both = [recomputing, plain].map((session) => session.step(rows(step), { step, metrics: true }));
        const [a, b] = await Promise.all(both);
        expect(a!.loss).to.be.closeTo(b!.loss!, 1e-3);
      }
      await recomputing.dispose();
      await plain.dispose();
    });

    it('skips one of several updates alone, each with a loss scale of its own', async () => {
      const lossOf = (name: string) => (batch: Record<string, Value>, _: undefined, context: OnnxContext) => {
        const root = ops.sqrt(ops.abs(ops.mul(context.parameter(`w_${name}`, [1], constantly(1)), batch[name]!)));
        return ops.reduceMean(root, undefined, { keepdims: false });
      };
      const update = (name: string, every = 1) => ({
        loss: lossOf(name),
        optimizer: sgd(0.1),
        parameters: `w_${name}`,
        every,
      });
      const load = () => ({ updates: { a: update('a'), b: update('b', 2) }, mixedPrecision: 'float16' });
      const batch = (a: number, b: number) => ({ a: tensor(Float32Array.of(a)), b: tensor(Float32Array.of(b)) });
      const session = await build(engine, load, batch(1, 1));
      await session.step(batch(0, 1), { step: 0, metrics: true });
      const { parameters } = await session.capture();
      expect(numbersOf(parameters.get('w_a')!)).to.deep.equal([1]);
      expect(numbersOf(parameters.get('w_b')!)[0]).to.be.closeTo(0.95, 1e-4);
      // The update b is not made at the second step.
      await session.step(batch(1, 0), { step: 1, metrics: true });
      await session.step(batch(1, 0), { step: 2, metrics: true });
      expect(session.gauges!()).to.deep.equal({
        'lossScale.a': 32_768,
        'skippedSteps.a': 1,
        'lossScale.b': 32_768,
        'skippedSteps.b': 1,
      });
      await session.dispose();
    });
  });
}

describe('mixed precision of files', () => {
  let engine: Engine;
  before(async () => {
    engine = await startCpu();
  });
  after(() => engine.dispose());

  for (const [what, options] of [
    ['a file', {}],
    ['adapters', { lora: { rank: 2 } }],
  ] as const) {
    it(`trains ${what}, with float32 in its state and in what it predicts`, async () => {
      const load = () =>
        fromOnnx(modelOf(parts), {
          ...options,
          loss: ({ y }, logits) => meanSquaredError(logits, y!),
          optimizer: adam(0.01),
          mixedPrecision: 'float16',
        });
      const session = await build(engine, await load, fileBatch);
      const losses: number[] = [];
      for (let step = 0; step < 20; step++) {
        losses.push((await session.step(fileBatch, { step, metrics: true })).loss!);
      }
      expect(losses.at(-1)).to.be.below(losses[0]!);
      const { parameters } = await session.capture();
      const dtypes = new Set([...parameters.values()].map(({ dtype }) => dtype));
      dtypes.delete('uint8');
      expect([...dtypes]).to.deep.equal(['float32']);
      const { y: _, ...inputs } = fileBatch;
      expect((await session.predict(inputs)).output!.dtype).to.equal('float32');
      await session.dispose();
    });
  }

  it('is refused where an engine has no kernels, with what works', async () => {
    const refused = build(engine, () => mlp('bfloat16'), rows(0));
    const error = await refused.catch((cause: unknown) => cause);
    expect(error).to.include({ code: 'ABILITY_MISSING', about: 'mixedPrecision' });
    expect((error as Error).message).to.match(/^The engine cpu cannot compute in bfloat16: .*MatMul/);
    expect((error as { hint: string }).hint).to.include("'float16'");
  });

  it('warns where an engine only casts', async () => {
    const session = await build(engine, () => mlp('float16'), rows(0));
    expect(session.warnings.join()).to.include('the engine cpu has no float16 kernels');
    await session.dispose();
  });
});
