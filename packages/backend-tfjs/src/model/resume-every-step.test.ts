import {
  adam,
  adamw,
  type BuildRequest,
  momentum,
  plateau,
  type SessionState,
  type Stats,
  type TrainSession,
} from '@forge-ml/core/plugin';
import { expect } from 'chai';
import { cpuTf, wasmTf } from '../optimizers/tf.test.support.js';
import { buildSession } from '../session/build-session.js';
import type { Tf } from '../tf/tf.js';
import { adversarial, batchAt, bitsOf, classifier, request } from './models.test.support.js';
import type { TfjsModel } from './tfjs-model.js';

interface Training {
  readonly load: (tf: Tf) => TfjsModel;
  readonly options?: Partial<BuildRequest>;
  readonly learningRate?: (step: number) => number | undefined;
}

const groups = [{ parameters: 'mlp/head/*', rate: (step: number) => 0.1 / (step + 1) }];

const trainings: Readonly<Record<string, Training>> = {
  'a moving average': { load: (tf) => classifier(tf), options: { ema: 0.7 } },
  'a moving average of accumulated updates': {
    load: (tf) => classifier(tf, () => adam(0.02, { accumulate: 3, clipNorm: 1 })),
    options: { ema: 0.9 },
  },
  'parameter groups, a plateau and accumulation': {
    load: (tf) => classifier(tf, () => momentum(plateau(0.1, { patience: 1 }), { groups, accumulate: 2 })),
  },
  'frozen layers': {
    load: (tf) => ({ ...classifier(tf, () => adamw(0.02)), freeze: ['*/batch_normalization_1/*'] }),
    options: { freeze: ['mlp/dense_1/bias'], ema: 0.9 },
  },
  'several updates, one of them rare, one accumulated': {
    load: (tf) => adversarial(tf, { everyGenerator: 2, accumulate: 2 }),
    options: { ema: 0.8 },
  },
  'a tf.Optimizer with replaced rates': {
    load: (tf) => classifier(tf, () => tf.train.momentum(0.1, 0.9)),
    options: { ema: 0.8 },
    learningRate: (step) => (step % 2 === 0 ? 0.05 : undefined),
  },
};

const steps = 8;

for (const [engine, start] of Object.entries({ cpu: cpuTf, wasm: wasmTf })) {
  describe(`resuming at every step on ${engine}`, () => {
    let tf: Tf;
    before(async () => {
      tf = await start();
    });

    for (const [name, { load, options, learningRate }] of Object.entries(trainings)) {
      it(`is exact with ${name}`, async () => {
        const alive = tf.memory().numTensors;
        const open = () =>
          buildSession(
            tf,
            request(() => load(tf), options),
          );
        const run = async (session: TrainSession, step: number): Promise<Stats[]> => {
          const stepped = await session.step(batchAt(step), {
            step,
            metrics: true,
            learningRate: learningRate?.(step),
          });
          const evaluated = await session.evaluate(batchAt(50));
          session.observe?.(evaluated);
          const averaged = options?.ema === undefined ? {} : await session.evaluate(batchAt(50), { weights: 'ema' });
          return [stepped, evaluated, averaged];
        };

        const straight = await open();
        const states: SessionState[] = [];
        const stats: Stats[][] = [];
        for (let step = 0; step < steps; step++) {
          states.push(await straight.capture());
          stats.push(await run(straight, step));
        }
        const end = bitsOf(await straight.capture());
        await straight.dispose();

        for (let at = 0; at < steps; at++) {
          const resumed = await open();
          // Other steps first, so that no state of a fresh session passes for a restored one.
          for (const step of [0, 1]) await run(resumed, step);
          await resumed.restore(states[at]!);
          expect(bitsOf(await resumed.capture()), `the state at ${at}`).to.deep.equal(bitsOf(states[at]!));
          for (let step = at; step < steps; step++) {
            expect(await run(resumed, step), `step ${step}, resumed at ${at}`).to.deep.equal(stats[step]);
          }
          expect(bitsOf(await resumed.capture()), `resumed at ${at}`).to.deep.equal(end);
          await resumed.dispose();
        }
        expect(tf.memory().numTensors).to.equal(alive);
      }).timeout(60_000);
    }
  });
}
