import { adam, elements, type NamedTensors, type SessionState, sgd, type TrainSession } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import { expect } from 'chai';
import { batchAt, bitsOf, classifier, request } from '../model/models.test.support.js';
import type { TfjsModel } from '../model/tfjs-model.js';
import { cpuTf, wasmTf } from '../optimizers/tf.test.support.js';
import type { Tf } from '../tf/tf.js';
import { buildSession } from './build-session.js';

const bits = (tensors: NamedTensors) => bitsOf({ parameters: tensors, optimizer: new Map() });
const single = Math.fround;

for (const [engine, start] of Object.entries({ cpu: cpuTf, wasm: wasmTf })) {
  describe(`the moving average of the parameters on ${engine}`, () => {
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

    const open = (accumulate = 1, ema: number | undefined = 0.9): Promise<TrainSession> =>
      buildSession(
        tf,
        request(() => classifier(tf, () => adam(0.05, { accumulate })), { ema }),
      );

    it('follows its formula in single precision, once for each real update', async () => {
      const session = await open(2);
      let { parameters, ema } = (await session.capture()) as Required<SessionState>;
      const trainable = session.parameters.filter((parameter) => parameter.trainable).map(({ name }) => name);
      expect([...ema.keys()]).to.deep.equal(trainable);
      for (const name of trainable) expect(bits(ema)[name]).to.equal(bits(parameters)[name]);
      let updates = 0;
      for (let step = 0; step < 6; step++) {
        const before = ema;
        await session.step(batchAt(step), { step, metrics: false });
        ({ parameters, ema } = (await session.capture()) as Required<SessionState>);
        if (step % 2 === 0) {
          expect(bits(ema)).to.deep.equal(bits(before));
          continue;
        }
        updates++;
        const kept = single(1 - Math.min(0.9, (1 + updates) / (10 + updates)));
        for (const name of trainable) {
          const [old, now] = [before, parameters].map((state) => elements(state.get(name)!) as Float32Array);
          const expected = old!.map((value, at) => single(value + single(kept * single(now![at]! - value))));
          expect([...(elements(ema.get(name)!) as Float32Array)]).to.deep.equal([...expected]);
        }
      }
      await session.dispose();
    });

    it('changes nothing else', async () => {
      const end = async (ema?: number) => {
        const session = await buildSession(
          tf,
          request(() => classifier(tf), { ema }),
        );
        for (let step = 0; step < 5; step++) await session.step(batchAt(step), { step, metrics: true });
        const { parameters, optimizer } = await session.capture();
        await session.dispose();
        return bitsOf({ parameters, optimizer });
      };
      expect(await end(0.99)).to.deep.equal(await end());
    });

    it('evaluates like a model with the average as its parameters, which do not change', async () => {
      const session = await open();
      for (let step = 0; step < 4; step++) await session.step(batchAt(step), { step, metrics: false });
      const before = (await session.capture()) as Required<SessionState>;
      const outputs: unknown[] = [];
      const onOutputs = (received: unknown) => outputs.push(received);
      const stats = await session.evaluate(batchAt(7), { weights: 'ema', onOutputs });
      expect(stats).to.not.deep.equal(await session.evaluate(batchAt(7)));
      expect(await session.evaluate(batchAt(7), { weights: 'parameters' })).to.deep.equal(
        await session.evaluate(batchAt(7)),
      );
      expect(bitsOf(await session.capture())).to.deep.equal(bitsOf(before));

      const reference = await open();
      await reference.restore({ ...before, parameters: new Map([...before.parameters, ...before.ema]) });
      expect(await reference.evaluate(batchAt(7), { onOutputs })).to.deep.equal(stats);
      expect(outputs[0]).to.deep.equal(outputs[1]);
      await session.dispose();
      await reference.dispose();
    });

    it('is used by every way of reading a variable', async () => {
      const load = (): TfjsModel<Record<string, tfjs.Tensor>> => {
        const w = tf.variable(tf.tensor2d([[1, 2, 3, 4, 5, 6]]), true, 'w');
        return {
          predict: () => ({
            itself: w,
            concatenated: tf.concat([w, w]),
            added: tf.addN([w, w]),
            read: tf.tensor(w.dataSync()),
            fused: tf.fused.matMul({ a: w, b: w, transposeB: true }),
            custom: tf.customGrad((x) => ({ value: tf.square(x as tfjs.Tensor), gradFunc: (dy) => dy as tfjs.Tensor }))(
              w,
            ),
          }),
          loss: () => tf.sum(tf.square(w)),
          stats: () => ({ first: tf.reshape(tf.slice(w, [0, 0], [1, 1]), []) }),
          optimizer: sgd(0.25),
        };
      };
      const open = () => buildSession(tf, request(load, { ema: 0.5 }));
      const [session, reference] = [await open(), await open()];
      for (let step = 0; step < 2; step++) await session.step(batchAt(0), { step, metrics: false });
      const { ema } = (await session.capture()) as Required<SessionState>;
      await reference.restore({ parameters: ema, optimizer: new Map() });
      let averaged: unknown;
      const onOutputs = (outputs: unknown) => {
        averaged = outputs;
      };
      expect(await session.evaluate(batchAt(0), { weights: 'ema', onOutputs })).to.deep.equal(
        await reference.evaluate(batchAt(0)),
      );
      expect(averaged).to.deep.equal(await reference.predict(batchAt(0)));
      await session.dispose();
      await reference.dispose();
    });

    it('leaves the parameters as they are if the model throws during its evaluation', async () => {
      let broken = false;
      const load = () => {
        const model = classifier(tf);
        return {
          ...model,
          stats: () => {
            if (broken) throw new Error('out of order');
            return {};
          },
        };
      };
      const session = await buildSession(tf, request(load, { ema: 0.9 }));
      await session.step(batchAt(0), { step: 0, metrics: false });
      const [before, stats] = [bitsOf(await session.capture()), await session.evaluate(batchAt(1))];
      broken = true;
      expect(() => session.evaluate(batchAt(1), { weights: 'ema' })).to.throw('out of order');
      broken = false;
      expect(session.intact).to.equal(true);
      expect(bitsOf(await session.capture())).to.deep.equal(before);
      expect(await session.evaluate(batchAt(1))).to.deep.equal(stats);
      await session.dispose();
    });

    it('becomes the parameters when a state without one is restored, and is checked otherwise', async () => {
      const session = await open();
      for (let step = 0; step < 3; step++) await session.step(batchAt(step), { step, metrics: false });
      const { parameters, optimizer, ema } = (await session.capture()) as Required<SessionState>;
      const [first] = ema.keys();
      const incomplete = new Map([...ema].filter(([name]) => name !== first));
      expect(() => session.restore({ parameters, optimizer, ema: incomplete }))
        .to.throw(`The saved state has no moving average ${first}.`)
        .with.property('code', 'STATE_MISMATCH');
      expect(bits((await session.capture()).ema!)).to.deep.equal(bits(ema));
      await session.restore({ parameters, optimizer });
      const reset = (await session.capture()).ema!;
      for (const name of ema.keys()) expect(bits(reset)[name]).to.equal(bits(parameters)[name]);
      await session.restore({ parameters, optimizer, ema });
      expect(bits((await session.capture()).ema!)).to.deep.equal(bits(ema));
      await session.dispose();
    });

    it('is refused with an invalid decay, and in an evaluation without it', async () => {
      const failure = await open(1, 1.5).catch((error: unknown) => error);
      expect(failure).to.include({
        code: 'MODEL_INVALID',
        message: 'ema: decay must be at least 0 and below 1, not 1.5.',
      });
      const plain = await buildSession(
        tf,
        request(() => classifier(tf)),
      );
      expect((await plain.capture()).ema).to.equal(undefined);
      expect(() => plain.evaluate(batchAt(0), { weights: 'ema' }))
        .to.throw('no moving average')
        .with.property('code', 'ABILITY_MISSING');
      await plain.dispose();
    });
  });
}
