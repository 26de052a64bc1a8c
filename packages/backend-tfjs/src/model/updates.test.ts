import {
  adam,
  type Batch,
  elements,
  type GradientReport,
  plateau,
  sgd,
  type TrainSession,
} from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import { expect } from 'chai';
import { cpuTf, wasmTf } from '../optimizers/tf.test.support.js';
import { buildSession } from '../session/build-session.js';
import type { Tf } from '../tf/tf.js';
import { adversarial, batchAt, bitsOf, request } from './models.test.support.js';
import type { SeveralUpdatesModel, TfjsModel } from './tfjs-model.js';

type Tensor = tfjs.Tensor;
type Updates = SeveralUpdatesModel<undefined>['updates'];

for (const [engine, start] of Object.entries({ cpu: cpuTf, wasm: wasmTf })) {
  describe(`several updates of a step on ${engine}`, () => {
    let tf: Tf;
    let tensors: number;
    before(async () => {
      tf = await start();
    });
    beforeEach(() => {
      tensors = tf.memory().numTensors;
    });
    afterEach(() => {
      expect(tf.memory().numTensors, 'leaked tensors').to.equal(tensors);
    });

    /** Two scalars whose losses depend on both. */
    const game =
      (change: (updates: Updates) => Updates = (updates) => updates): (() => TfjsModel<undefined>) =>
      () => {
        const [a, b] = [tf.variable(tf.scalar(2), true, 'a'), tf.variable(tf.scalar(3), true, 'b')];
        return {
          updates: change({
            first: { loss: () => tf.mul(a, b), optimizer: sgd(0.5), parameters: 'a' },
            second: { loss: () => tf.mul(tf.square(a), b), optimizer: sgd(0.5), parameters: 'b' },
          }),
          variables: { a, b },
        };
      };
    const values = async (session: TrainSession) =>
      [...(await session.capture()).parameters.values()].map((data) => Number(elements(data)[0]));

    it('compute their loss with the parameters as the earlier ones left them, and change only their own', async () => {
      const session = await buildSession(tf, request(game()));
      expect(await session.evaluate(batchAt(0))).to.deep.equal({ loss: 18, 'first.loss': 6, 'second.loss': 12 });
      // a ← 2 - 0.5 · 3 = 0.5, and then b ← 3 - 0.5 · 0.5² = 2.875.
      const stats = await session.step(batchAt(0), { step: 0, metrics: true });
      expect(stats).to.deep.equal({ loss: 6.75, 'first.loss': 6, 'second.loss': 0.75 });
      expect(await values(session)).to.deep.equal([0.5, 2.875]);
      expect(session.parameters.map(({ trainable }) => trainable)).to.deep.equal([true, true]);
      await session.dispose();
    });

    it('are made at every step, or every so many; optimizers and averages count their own', async () => {
      const rates: number[] = [];
      const rate = (step: number) => {
        rates.push(step);
        return 0.5;
      };
      const load = game(({ first, second }) => ({
        first: first!,
        second: { ...second!, optimizer: sgd(rate), every: 2 },
      }));
      const session = await buildSession(tf, request(load));
      const names: string[][] = [];
      const gradients: string[][] = [];
      for (let step = 0; step < 5; step++) {
        const onGradients = (report: GradientReport) => gradients.push([...report.keys()]);
        names.push(Object.keys(await session.step(batchAt(0), { step, metrics: true, onGradients })));
      }
      const [both, one] = [
        ['loss', 'first.loss', 'second.loss'],
        ['loss', 'first.loss'],
      ];
      expect(names).to.deep.equal([both, one, both, one, both]);
      expect(gradients).to.deep.equal([['a', 'b'], ['a'], ['a', 'b'], ['a'], ['a', 'b']]);
      expect(rates).to.deep.equal([0, 1, 2]);
      expect([0, 1, 2, 3].map((step) => session.learningRate!(step))).to.deep.equal(
        Array.from({ length: 4 }, () => ({ first: 0.5, second: 0.5 })),
      );
      await session.dispose();
    });

    it('have optimizers of any kind, with slots by the names of the parameters, and plateaus of their own', async () => {
      const load = game(({ first, second }) => ({
        first: { ...first!, optimizer: adam(plateau(0.1, { metric: 'second.loss', mode: 'min', patience: 1 })) },
        second: { ...second!, optimizer: tf.train.adam(0.1) },
      }));
      const session = await buildSession(tf, request(load));
      expect([...(await session.capture()).optimizer.keys()]).to.deep.equal([
        ...['a/m', 'a/v'],
        ...['b/accumulatedFirstMoment', 'b/accumulatedSecondMoment'],
        ...['optimizer/second/accBeta1', 'optimizer/second/accBeta2'],
        ...['best', 'waited', 'scale'].map((name) => `forge/plateau/first/${name}`),
      ]);
      for (const loss of [1, 2]) session.observe!({ loss: 0, 'second.loss': loss });
      expect(session.learningRate!(0)).to.deep.equal({ first: 0.1 * 0.1, second: 0.1 });
      await session.dispose();
    });

    it('draw other random numbers in each', async () => {
      const drawn: number[][] = [];
      const masks: number[][] = [];
      const load = game(({ first, second }) => {
        const drawing = (loss: Updates[string]['loss']): Updates[string]['loss'] => {
          return (batch, outputs, context) => {
            drawn.push([...tf.randomNormal([4]).dataSync()]);
            masks.push([...context.dropout(tf.ones([16]), 0.5).dataSync()]);
            return loss(batch, outputs, context);
          };
        };
        return {
          first: { ...first!, loss: drawing(first!.loss) },
          second: { ...second!, loss: drawing(second!.loss) },
        };
      });
      const session = await buildSession(tf, request(load));
      drawn.length = masks.length = 0;
      for (const step of [0, 1, 0]) await session.step(batchAt(0), { step, metrics: false });
      const texts = (numbers: number[][]) => numbers.map(String);
      expect(new Set(texts(drawn.slice(0, 4))).size).to.equal(4);
      expect(new Set(texts(masks.slice(0, 4))).size).to.equal(4);
      expect([drawn.slice(4), masks.slice(4)]).to.deep.equal([drawn.slice(0, 2), masks.slice(0, 2)]);
      await session.dispose();
    });

    it('are undone together if one of them fails', async () => {
      let broken = false;
      const load = game(({ first, second }) => ({
        first: { ...first!, optimizer: adam(0.1) },
        second: {
          ...second!,
          loss: (...given) => {
            if (broken) throw new Error('out of order');
            return second!.loss(...given);
          },
        },
      }));
      const session = await buildSession(tf, request(load, { ema: 0.9 }));
      await session.step(batchAt(0), { step: 0, metrics: true });
      const before = bitsOf(await session.capture());
      const alive = session.liveTensors!();
      broken = true;
      expect(() => session.step(batchAt(0), { step: 1, metrics: true })).to.throw('out of order');
      expect(session.intact).to.equal(true);
      expect(bitsOf(await session.capture())).to.deep.equal(before);
      expect(session.liveTensors!()).to.equal(alive);
      await session.dispose();
    });

    it('add the regularizers of a layer to the update that trains it', async () => {
      const load = (): TfjsModel<undefined> => {
        const layer = () =>
          tf.layers.dense({ units: 1, inputShape: [6], kernelRegularizer: tf.regularizers.l2({ l2: 0.5 }) });
        const [one, two] = [tf.sequential({ layers: [layer()] }), tf.sequential({ layers: [layer()] })];
        const loss = (net: tfjs.Sequential) => (batch: Record<string, Tensor>) =>
          tf.mul(0, tf.mean(net.apply(batch.x!) as Tensor));
        return {
          updates: {
            one: { loss: loss(one), optimizer: sgd(0.1), parameters: 'one/*' },
            two: { loss: loss(two), optimizer: sgd(0.1), parameters: 'two/*' },
          },
          artefacts: { one, two },
        };
      };
      const session = await buildSession(tf, request(load));
      const { parameters } = await session.capture();
      const stats = await session.evaluate(batchAt(0));
      for (const name of ['one', 'two']) {
        const kernel = elements(parameters.get(`${name}/dense_1/kernel`)!) as Float32Array;
        expect(stats[`${name}.loss`]).to.be.closeTo(0.5 * kernel.reduce((sum, value) => sum + value ** 2, 0), 1e-5);
      }
      await session.dispose();
    });

    it('apply only the constraints of their own parameters', async () => {
      const load = (): TfjsModel<undefined> => {
        const layer = () => tf.layers.dense({ units: 3, inputShape: [6], kernelConstraint: 'unitNorm' });
        const [one, two] = [tf.sequential({ layers: [layer()] }), tf.sequential({ layers: [layer()] })];
        const loss = (net: tfjs.Sequential) => (batch: Record<string, Tensor>) =>
          tf.mean(net.apply(batch.x!) as Tensor);
        return {
          updates: {
            one: { loss: loss(one), optimizer: sgd(0.1), parameters: 'one/*' },
            two: { loss: loss(two), optimizer: sgd(0.1), parameters: 'two/*', every: 9 },
          },
          artefacts: { one, two },
        };
      };
      const session = await buildSession(tf, request(load));
      const kernelOf = async (name: string) => bitsOf(await session.capture())[`${name}/dense_1/kernel`];
      await session.step(batchAt(0), { step: 0, metrics: true });
      const before = await Promise.all(['one', 'two'].map(kernelOf));
      for (const step of [1, 2, 3]) await session.step(batchAt(0), { step, metrics: true });
      expect(await kernelOf('two')).to.equal(before[1]);
      expect(await kernelOf('one')).to.not.equal(before[0]);
      await session.dispose();
    });

    it('train a generative adversarial network, with its outputs and stats', async () => {
      const session = await buildSession(
        tf,
        request(() => adversarial(tf)),
      );
      expect(session.warnings).to.deep.equal([]);
      const outputs: Batch[] = [];
      const stats = await session.step(batchAt(0), {
        ...{ step: 0, metrics: true },
        onOutputs: (received) => outputs.push(received),
      });
      expect(Object.keys(stats)).to.have.members(['loss', 'discriminator.loss', 'generator.loss', 'spread']);
      expect(outputs.map(({ output }) => output?.shape)).to.deep.equal([[8, 6]]);
      for (let step = 1; step < 40; step++) await session.step(batchAt(step % 4), { step, metrics: false });
      const { parameters } = await session.capture();
      expect(
        [...parameters.values()].every((data) => elements(data).every((value) => Number.isFinite(Number(value)))),
      ).to.equal(true);
      await session.dispose();
    });

    it('are refused where their parameters overlap or are missing, or an optimizer cannot be saved', async () => {
      const failure = (change: (updates: Updates) => Updates) =>
        buildSession(tf, request(game(change))).then(
          () => undefined,
          (error: Error & { code?: string }) => `${error.code}: ${error.message}`,
        );
      expect(await failure((updates) => ({ ...updates, second: { ...updates.second!, parameters: '*' } }))).to.contain(
        'MODEL_INVALID: The parameter a is trained by the updates first and second.',
      );
      expect(await failure((updates) => ({ ...updates, second: { ...updates.second!, parameters: 'c' } }))).to.contain(
        'updates.second.parameters has the pattern "c"',
      );
      class Mine extends tf.SGDOptimizer {}
      expect(
        await failure((updates) => ({ ...updates, second: { ...updates.second!, optimizer: new Mine(1) } })),
      ).to.equal('MODEL_INVALID: updates.second.optimizer is of a class whose state is unknown: Mine.');
      expect(
        await failure((updates) => ({ ...updates, second: { ...updates.second!, loss: () => tf.zeros([2]) } })),
      ).to.contain('updates.second.loss returned float32[2], not a float32 scalar.');
      expect(
        await failure((updates) => ({ ...updates, second: { ...updates.second!, loss: () => tf.scalar(1) } })),
      ).to.contain('updates.second.loss depends on none of its variables: b.');
    });

    it('warn of parameters that none of them trains', async () => {
      const session = await buildSession(tf, request(game(({ first }) => ({ first: first! }))));
      expect(session.warnings).to.deep.equal(['No update trains b.']);
      expect(session.parameters.map(({ name, trainable }) => [name, trainable])).to.deep.equal([
        ['a', true],
        ['b', false],
      ]);
      const [, before] = await values(session);
      await session.step(batchAt(0), { step: 0, metrics: true });
      expect((await values(session))[1]).to.equal(before);
      await session.dispose();
    });
  });
}
