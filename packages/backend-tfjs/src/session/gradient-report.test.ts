import { adam, elements, type GradientReport, type NamedTensors, sgd } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import { expect } from 'chai';
import { batchAt, bitsOf, classifier, request } from '../model/models.test.support.js';
import type { OneLossModel } from '../model/tfjs-model.js';
import { cpuTf, wasmTf } from '../optimizers/tf.test.support.js';
import type { Tf } from '../tf/tf.js';
import { buildSession } from './build-session.js';

const valuesOf = (tensors: NamedTensors, name: string) => elements(tensors.get(name)!) as Float32Array;
const norm = (values: Iterable<number>) => Math.hypot(...values);

for (const [engine, start] of Object.entries({ cpu: cpuTf, wasm: wasmTf })) {
  describe(`the gradients of a step on ${engine}`, () => {
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

    const open = (optimizer: () => OneLossModel['optimizer']) =>
      buildSession(
        tf,
        request(() => classifier(tf, optimizer)),
      );

    it('are reported before clipping, with the norms of the parameter and of its change', async () => {
      const rate = 0.5;
      const [session, plain] = [await open(() => sgd(rate, { clipNorm: 0.01 })), await open(() => sgd(rate))];
      const before = (await session.capture()).parameters;
      const reports: GradientReport[] = [];
      const alive = session.liveTensors!();
      await session.step(batchAt(0), { step: 0, metrics: true, onGradients: (report) => reports.push(report) });
      expect(session.liveTensors!()).to.equal(alive);
      await plain.step(batchAt(0), { step: 0, metrics: true });
      const [after, unclipped] = [(await session.capture()).parameters, (await plain.capture()).parameters];
      const [report] = reports;
      const trainable = session.parameters.filter((parameter) => parameter.trainable).map(({ name }) => name);
      expect([...report!.keys()]).to.deep.equal(trainable);
      for (const [name, { gradient, parameterNorm, updateNorm }] of report!) {
        const [from, to, free] = [before, after, unclipped].map((state) => valuesOf(state, name));
        expect([gradient.dtype, gradient.shape]).to.deep.equal(['float32', before.get(name)!.shape]);
        for (const [at, value] of (elements(gradient) as Float32Array).entries()) {
          expect(value).to.be.closeTo((from![at]! - free![at]!) / rate, 1e-5);
        }
        expect(parameterNorm).to.be.closeTo(norm(from!), 1e-12);
        expect(updateNorm).to.be.closeTo(norm(from!.map((value, at) => value - to![at]!)), 1e-9);
      }
      await session.dispose();
      await plain.dispose();
    });

    it('are the mean of an accumulated update, and not reported before it', async () => {
      const session = await open(() => adam(0.1, { accumulate: 2 }));
      const one = await open(() => sgd(1));
      const reports: GradientReport[] = [];
      const gradients: GradientReport[] = [];
      for (const step of [0, 1]) {
        await session.step(batchAt(step), { step, metrics: false, onGradients: (report) => reports.push(report) });
        // The same parameters, with the gradient of each batch; a rate of 0 keeps them.
        await one.step(batchAt(step), {
          ...{ step, metrics: false, learningRate: 0 },
          onGradients: (report) => gradients.push(report),
        });
      }
      expect(reports.map(({ size }) => size)).to.deep.equal([0, 6]);
      for (const [name, { gradient }] of reports[1]!) {
        const [first, second] = gradients.map((report) => elements(report.get(name)!.gradient) as Float32Array);
        for (const [at, value] of (elements(gradient) as Float32Array).entries()) {
          expect(value).to.be.closeTo((first![at]! + second![at]!) / 2, 1e-5);
        }
      }
      await session.dispose();
      await one.dispose();
    });

    for (const [name, optimizer] of Object.entries({
      adam: () => adam(0.01),
      'tf.train.adam': () => tf.train.adam(0.01),
    })) {
      it(`of ${name} are reported without a change of any bit`, async () => {
        const end = async (reported: boolean) => {
          const session = await open(optimizer);
          for (let step = 0; step < 3; step++) {
            let size = 0;
            const onGradients = (report: GradientReport) => {
              size = report.size;
            };
            await session.step(batchAt(step), { step, metrics: false, ...(reported && { onGradients }) });
            expect(size).to.equal(reported ? 6 : 0);
          }
          const bits = bitsOf(await session.capture());
          await session.dispose();
          return bits;
        };
        expect(await end(true)).to.deep.equal(await end(false));
      });
    }

    it('have nothing of a parameter that the loss does not depend on', async () => {
      const load = () => {
        const [w, unused] = [tf.variable(tf.ones([6, 1]), true, 'w'), tf.variable(tf.ones([2]), true, 'unused')];
        return {
          loss: ({ x }: Record<string, tfjs.Tensor>) => tf.mean(tf.square(tf.matMul(x!, w))),
          optimizer: sgd(0.1),
          variables: { w, unused },
        };
      };
      const session = await buildSession(tf, request(load));
      const names: string[] = [];
      await session.step(batchAt(0), {
        ...{ step: 0, metrics: false },
        onGradients: (report) => names.push(...report.keys()),
      });
      expect(names).to.deep.equal(['w']);
      await session.dispose();
    });

    it('whose receiver throws report a state that is not intact: the update is done', async () => {
      const session = await open(() => adam(0.1));
      const failure = new Error('no space left');
      const step = () =>
        session.step(batchAt(0), {
          ...{ step: 0, metrics: false },
          onGradients: () => {
            throw failure;
          },
        });
      expect(step).to.throw(failure);
      expect(session.intact).to.equal(false);
      await session.dispose();
    });
  });
}
