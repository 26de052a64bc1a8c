import {
  adam,
  type Batch,
  type Engine,
  elements,
  plateau,
  type SessionState,
  sgd,
  type TrainSession,
  tensor,
} from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { scalar } from '@forge-ml/onnx/graph';
import { add, mul, reduceMean } from '@forge-ml/onnx/ops';
import { expect } from 'chai';
import { batchNorm } from '../layers/batch-norm.js';
import { dense } from '../layers/dense.js';
import { dropout } from '../layers/dropout.js';
import { constantly } from '../layers/initializers.js';
import { sigmoidCrossEntropy } from '../layers/losses.js';
import { sequential } from '../layers/sequential.js';
import type { OnnxModel, SeveralUpdatesModel } from '../model/onnx-model.js';
import { bitsOf, bitsOfBatch, startCpu } from './models.test.support.js';

type Updates = SeveralUpdatesModel<undefined>['updates'];

/** Two scalars whose losses depend on both. */
function game(change: (updates: Updates) => Updates = (updates) => updates): () => OnnxModel<undefined> {
  return () => ({
    updates: change({
      first: {
        loss: (_batch, _outputs, context) => mul(...both(context)),
        optimizer: sgd(0.5),
        parameters: 'a',
      },
      second: {
        loss: (_batch, _outputs, context) => {
          const [a, b] = both(context);
          return mul(mul(a, a), b);
        },
        optimizer: sgd(0.5),
        parameters: 'b',
      },
    }),
  });
}

function both(context: Parameters<Updates[string]['loss']>[2]): readonly [Value, Value] {
  return [context.parameter('a', [], constantly(2)), context.parameter('b', [], constantly(3))];
}

const size = 6;
const waves = (seed: number, width: number) =>
  tensor(
    Float32Array.from({ length: size * width }, (_, at) => Math.sin((at + 1) * (seed + 0.7))),
    [size, width],
  );
const batchAt = (step: number): Batch => ({ latents: waves(step, 3), examples: waves(step + 50, 2) });

/** Batch norm and dropout in both networks; the discriminator is called twice. */
function adversarial({ every = 1, accumulate = 1 } = {}): OnnxModel {
  const generator = sequential(dense(8, { activation: 'tanh' }), batchNorm(), dropout(0.2), dense(2));
  const discriminator = sequential(dense(8, { activation: 'relu' }), dropout(0.3), batchNorm(), dense(1));
  return {
    predict: ({ latents }, context) => generator(latents!, context),
    updates: {
      discriminator: {
        loss: ({ examples }, fakes, context) => {
          const [real, fake] = [discriminator(examples!, context), discriminator(fakes, context)];
          return add(sigmoidCrossEntropy(real, scalar(1)), sigmoidCrossEntropy(fake, scalar(0)));
        },
        optimizer: adam(0.01),
        parameters: 'discriminator/*',
      },
      generator: {
        loss: (_batch, fakes, context) => sigmoidCrossEntropy(discriminator(fakes, context), scalar(1)),
        optimizer: adam(0.01, { accumulate }),
        parameters: 'generator/*',
        every,
      },
    },
    stats: (_batch, fakes) => ({ spread: reduceMean(mul(fakes, fakes), undefined, { keepdims: false }) }),
    artefacts: { generator, discriminator },
  };
}

describe('several updates of a step', () => {
  let engine: Engine;
  const opened: TrainSession[] = [];
  const build = async (
    load: () => unknown,
    options: { ema?: number; freeze?: string[] } = {},
  ): Promise<TrainSession> => {
    const session = await engine.build({ load, sample: batchAt(0), seed: 3, ...options });
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

  const values = async (session: TrainSession) =>
    [...(await session.capture()).parameters.values()].map((data) => Number(elements(data)[0]));

  it('compute their loss with the parameters as the earlier ones left them, and change only their own', async () => {
    const session = await build(game());
    expect(await session.evaluate(batchAt(0))).to.deep.equal({ loss: 18, 'first.loss': 6, 'second.loss': 12 });
    // a ← 2 - 0.5 · 3 = 0.5, and then b ← 3 - 0.5 · 0.5² = 2.875.
    const stats = await session.step(batchAt(0), { step: 0, metrics: true });
    expect(stats).to.deep.equal({ loss: 6.75, 'first.loss': 6, 'second.loss': 0.75 });
    expect(await values(session)).to.deep.equal([0.5, 2.875]);
  });

  it('are made at every step, or every so many; optimizers count their own', async () => {
    const asked = new Set<number>();
    const rate = (update: number) => {
      asked.add(update);
      return 0.5 / (update + 1);
    };
    const load = game(({ first, second }) => ({
      first: first!,
      second: { ...second!, optimizer: sgd(rate, { accumulate: 2 }), every: 2 },
    }));
    const [session, fused] = [await build(load), await build(load)];
    const stats = [];
    const gradients: string[][] = [];
    const expected: number[][] = [];
    let [a, b, sum] = [2, 3, 0];
    for (let step = 0; step < 7; step++) {
      const onGradients = (report: ReadonlyMap<string, unknown>) => gradients.push([...report.keys()]);
      stats.push(await session.step(batchAt(0), { step, metrics: true, onGradients }));
      a -= 0.5 * b;
      if (step % 2 === 0) sum += a * a;
      if (step % 4 === 2) {
        b -= (0.5 / ((step - 2) / 4 + 1)) * (sum / 2);
        sum = 0;
      }
      expected.push([a, b]);
      for (const [at, value] of (await values(session)).entries())
        expect(value).to.be.closeTo(expected[step]![at]!, 1e-5);
    }
    const [two, one] = [
      ['loss', 'first.loss', 'second.loss'],
      ['loss', 'first.loss'],
    ];
    expect(stats.map((numbers) => Object.keys(numbers))).to.deep.equal([two, one, two, one, two, one, two]);
    for (const numbers of stats) {
      expect(numbers.loss).to.be.closeTo(numbers['first.loss']! + (numbers['second.loss'] ?? 0), 1e-5);
    }
    expect(gradients).to.deep.equal([['a'], ['a'], ['a', 'b'], ['a'], ['a'], ['a'], ['a', 'b']]);
    expect([...asked]).to.deep.equal([0, 1]);
    expect([0, 1, 2, 3, 4].map((step) => session.learningRate!(step))).to.deep.equal([
      ...Array.from({ length: 3 }, () => ({ first: 0.5, second: 0.5 })),
      ...Array.from({ length: 2 }, () => ({ first: 0.5, second: 0.25 })),
    ]);
    const batches = Array.from({ length: 7 }, () => batchAt(0));
    const reported = [
      ...(await fused.fused!.steps(batches.slice(0, 3), { step: 0, metrics: true })),
      ...(await fused.fused!.steps(batches.slice(3), { step: 3, metrics: true })),
    ];
    expect(reported).to.deep.equal(stats);
    expect(bitsOf(await fused.capture())).to.deep.equal(bitsOf(await session.capture()));
  });

  it('have slots by the names of the parameters, and plateaus of their own', async () => {
    const load = game(({ first, second }) => ({
      first: { ...first!, optimizer: adam(plateau(0.1, { metric: 'second.loss', mode: 'min', patience: 1 })) },
      second: { ...second!, optimizer: adam(plateau(0.2, { patience: 1 })) },
    }));
    const session = await build(load);
    const plateaus = ['first', 'second'].flatMap((update) =>
      ['best', 'waited', 'scale'].map((name) => `forge/plateau/${update}/${name}`),
    );
    expect([...(await session.capture()).optimizer.keys()]).to.deep.equal(['a/m', 'a/v', 'b/m', 'b/v', ...plateaus]);
    for (const loss of [1, 2]) session.observe!({ loss: 2 - loss, 'second.loss': loss });
    expect(session.learningRate!(0)).to.deep.equal({ first: 0.1 * 0.1, second: 0.2 });
    const other = await build(load);
    await other.restore(await session.capture());
    expect(other.learningRate!(0)).to.deep.equal({ first: 0.1 * 0.1, second: 0.2 });
  });

  for (const options of [{}, { every: 2 }, { every: 2, accumulate: 2 }]) {
    it(`resume exactly at every step, in blocks of any size: ${JSON.stringify(options)}`, async () => {
      const load = () => adversarial(options);
      const straight = await build(load, { ema: 0.9 });
      const states: SessionState[] = [];
      const stats = [];
      const steps = 7;
      for (let step = 0; step < steps; step++) {
        states.push(await straight.capture());
        stats.push(await straight.step(batchAt(step), { step, metrics: true }));
      }
      const expected = bitsOf(await straight.capture());
      for (const [at, state] of states.entries()) {
        const resumed = await build(load, { ema: 0.9 });
        await resumed.restore(state);
        const reported = [];
        for (let step = at; step < steps; ) {
          const batches = Array.from({ length: Math.min(1 + ((at + step) % 3), steps - step) }, (_, index) =>
            batchAt(step + index),
          );
          reported.push(...(await resumed.fused!.steps(batches, { step, metrics: true })));
          step += batches.length;
        }
        expect(reported, `resumed at ${at}`).to.deep.equal(stats.slice(at));
        expect(bitsOf(await resumed.capture()), `resumed at ${at}`).to.deep.equal(expected);
      }
    });
  }

  it('leave a captured state as it was', async () => {
    const session = await build(() => adversarial());
    const before = bitsOf(await session.capture());
    const captured = session.captureAside!();
    await session.step(batchAt(0), { step: 0, metrics: true });
    expect(bitsOf(await captured)).to.deep.equal(before);
  });

  it('report outputs and stats of the first update that is made, and do not change by it', async () => {
    const [plain, session] = [
      await build(() => adversarial({ every: 2 })),
      await build(() => adversarial({ every: 2 })),
    ];
    const [single, fused]: [Batch[], Batch[]] = [[], []];
    for (let step = 0; step < 4; step++) {
      const request = { step, metrics: true, onOutputs: (outputs: Batch) => single.push(outputs) };
      const stats = await session.step(batchAt(step), { ...request, onGradients: () => undefined });
      expect(stats).to.deep.equal(await plain.step(batchAt(step), { step, metrics: true }));
      const spread = [...elements(single[step]!.output!)].reduce<number>((sum, value) => sum + Number(value) ** 2, 0);
      expect(stats.spread).to.be.closeTo(spread / (2 * size), 1e-6);
    }
    expect(bitsOf(await session.capture())).to.deep.equal(bitsOf(await plain.capture()));
    const again = await build(() => adversarial({ every: 2 }));
    await again.fused!.steps([0, 1, 2, 3].map(batchAt), {
      ...{ step: 0, metrics: true },
      onOutputs: (outputs, index) => {
        fused[index] = outputs;
      },
    });
    expect(fused.map(bitsOfBatch)).to.deep.equal(single.map(bitsOfBatch));
    expect(session.labels).to.deep.equal(['examples']);
  });

  it('may begin with one that is not always made', async () => {
    const doubled =
      (factor: number): Updates[string]['loss'] =>
      (_batch, _outputs, context) => {
        const [a, b] = both(context);
        return add(mul(a, factor), mul(b, factor));
      };
    const session = await build(() => ({
      predict: (_batch: unknown, context: Parameters<typeof both>[0]) => mul(...both(context)),
      updates: {
        rare: { loss: doubled(1), optimizer: sgd(1), parameters: 'a', every: 2 },
        usual: { loss: doubled(2), optimizer: sgd(1), parameters: 'b' },
      },
    }));
    const outputs: number[] = [];
    for (let step = 0; step < 3; step++) {
      const onOutputs = ({ output }: Batch) => outputs.push(Number(elements(output!)[0]));
      await session.step(batchAt(0), { step, metrics: true, onOutputs });
    }
    // Before the step: (a, b) = (2, 3), (1, 1), (1, -1).
    expect(outputs).to.deep.equal([6, 1, -1]);
  });

  it('have other dropout masks in each', async () => {
    const kept: Updates[string]['loss'] = ({ latents }, _outputs, context) => {
      const share = reduceMean(context.dropout(latents!, 0.5), undefined, { keepdims: false });
      return add(share, mul(mul(...both(context)), 0));
    };
    const load = game(({ first, second }) => ({
      first: { ...first!, loss: kept },
      second: { ...second!, loss: kept },
    }));
    const session = await build(load);
    const stats = await session.step(batchAt(0), { step: 0, metrics: true });
    expect(stats['first.loss']).not.to.equal(stats['second.loss']);
  });

  it('train a generative adversarial network', async () => {
    const session = await build(() => adversarial());
    expect(session.warnings).to.deep.equal([]);
    const first = await session.evaluate(batchAt(0));
    for (let step = 0; step < 150; step++) await session.step(batchAt(step % 4), { step, metrics: true });
    const last = await session.evaluate(batchAt(0));
    expect(last['discriminator.loss']).to.be.lessThan(first['discriminator.loss']!);
    expect(last.loss).to.be.closeTo(last['discriminator.loss']! + last['generator.loss']!, 1e-5);
  });

  it('are refused where their parameters overlap, are missing or all frozen', async () => {
    const failure = (change: (updates: Updates) => Updates, freeze?: string[]) =>
      build(game(change), freeze && { freeze }).then(
        () => undefined,
        (error: Error & { code?: string }) => `${error.code}: ${error.message}`,
      );
    const withSecond = (part: Partial<Updates[string]>) => (updates: Updates) => ({
      ...updates,
      second: { ...updates.second!, ...part },
    });
    expect(await failure(withSecond({ parameters: '*' }))).to.equal(
      'MODEL_INVALID: The parameter a is trained by the updates first and second.',
    );
    expect(await failure(withSecond({ parameters: 'c' }))).to.contain('updates.second.parameters has the pattern "c"');
    expect(await failure(withSecond({ loss: () => scalar(1) }))).to.equal(
      'MODEL_INVALID: updates.second.loss depends on none of its parameters: b.',
    );
    expect(await failure(withSecond({ loss: ({ latents }) => latents! }))).to.contain(
      'updates.second.loss returned float32[batch, 3], not a float32 scalar.',
    );
    expect(await failure((updates) => updates, ['b'])).to.equal(
      'MODEL_INVALID: All parameters of the update second are frozen.',
    );
    expect(await failure(({ first }) => ({ first: { ...first!, every: 2 } }))).to.contain('every above 1');
  });

  it('warn of parameters that none of them trains', async () => {
    const session = await build(game(({ first }) => ({ first: first! })));
    expect(session.warnings).to.deep.equal(['No update trains b.']);
    expect(session.parameters.map(({ trainable }) => trainable)).to.deep.equal([true, false]);
    await session.step(batchAt(0), { step: 0, metrics: true });
    expect((await values(session))[1]).to.equal(3);
  });

  it('or a loss and an optimizer are what the type of a model asks for', () => {
    const loss = () => scalar(1);
    const updates = { only: { loss, optimizer: sgd(1), parameters: 'a' } };
    const models: OnnxModel<undefined>[] = [{ loss, optimizer: sgd(1) }, { updates }];
    // @ts-expect-error Property 'optimizer' is missing.
    models.push({ loss });
    // @ts-expect-error A model has either.
    models.push({ updates, optimizer: sgd(1) });
    expect(models.length).to.equal(4);
  });
});
