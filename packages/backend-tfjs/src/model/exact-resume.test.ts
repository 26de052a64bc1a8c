import {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  cosineDecay,
  lion,
  momentum,
  nesterov,
  rmsprop,
  type Stats,
  sgd,
  warmup,
} from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import { expect } from 'chai';
import type { Optimizer } from '../optimizers/optimizer.js';
import { cpuTf, wasmTf } from '../optimizers/tf.test.support.js';
import { buildSession } from '../session/build-session.js';
import type { Tf } from '../tf/tf.js';
import { batchAt, bitsOf, classifier, request } from './models.test.support.js';

const optimizers: Record<string, (tf: Tf) => Optimizer | tfjs.Optimizer> = {
  sgd: () => sgd(0.1, { clipNorm: 0.5 }),
  momentum: () => momentum(0.1),
  nesterov: () => nesterov(0.1),
  rmsprop: () => rmsprop(0.01, { momentum: 0.5 }),
  adagrad: () => adagrad(0.1),
  adadelta: () => adadelta(),
  adam: () => adam(warmup(cosineDecay(0.01, { decaySteps: 20 }), 4)),
  adamw: () => adamw(0.01),
  adamax: () => adamax(0.01),
  lion: () => lion(0.01, { weightDecay: 0.1 }),
  'tf.train.sgd': (tf) => tf.train.sgd(0.1),
  'tf.train.momentum': (tf) => tf.train.momentum(0.1, 0.9, true),
  'tf.train.rmsprop': (tf) => tf.train.rmsprop(0.01, 0.9, 0.5, 1e-7, true),
  'tf.train.adagrad': (tf) => tf.train.adagrad(0.1),
  'tf.train.adadelta': (tf) => tf.train.adadelta(1),
  'tf.train.adam': (tf) => tf.train.adam(0.01),
  'tf.train.adamax': (tf) => tf.train.adamax(0.01),
};

const steps = 12;
const cut = 5;

const engines = { cpu: cpuTf, wasm: wasmTf };

for (const [engine, start] of Object.entries(engines)) {
  describe(`exact resume on ${engine}`, () => {
    let tf: Tf;
    before(async () => {
      tf = await start();
    });

    for (const [name, optimizer] of Object.entries(optimizers)) {
      it(`${name}: ${cut} steps, capture, a new session, restore, the rest: the same bits`, async () => {
        const before = tf.memory().numTensors;
        const load = () => classifier(tf, optimizer);
        const straight = await buildSession(tf, request(load));
        const stats: Stats[] = [];
        for (let step = 0; step < steps; step++) {
          stats.push(await straight.step(batchAt(step), { step, metrics: true }));
        }
        const end = bitsOf(await straight.capture());
        straight.dispose();

        const first = await buildSession(tf, request(load));
        for (let step = 0; step < cut; step++) await first.step(batchAt(step), { step, metrics: step % 2 === 0 });
        const state = await first.capture();
        // Further steps must not change the captured state.
        await first.step(batchAt(99), { step: cut, metrics: false });
        first.dispose();

        // Another step first, so that no state of a fresh session passes for a restored one.
        const second = await buildSession(tf, request(load));
        await second.step(batchAt(50), { step: 0, metrics: true });
        await second.restore(state);
        for (let step = cut; step < steps; step++) {
          expect(await second.step(batchAt(step), { step, metrics: true })).to.deep.equal(stats[step]);
        }
        expect(bitsOf(await second.capture())).to.deep.equal(end);
        second.dispose();
        expect(tf.memory().numTensors).to.equal(before);
      });
    }
  });
}
