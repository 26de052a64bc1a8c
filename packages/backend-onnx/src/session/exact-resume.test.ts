import {
  adam,
  adamw,
  type Engine,
  momentum,
  plateau,
  type SessionState,
  type Stats,
  type StepRequest,
  type TrainSession,
  warmup,
} from '@forge-ml/core/plugin';
import { expect } from 'chai';
import { softmaxCrossEntropy } from '../layers/softmax-cross-entropy.js';
import { batchAt, bitsOf, classifier, startCpu, startOnDevice } from './models.test.support.js';

const steps = 6;
const groups = [
  { parameters: 'net/features/*', rate: 1e-3 },
  { parameters: ['net/dense_2/*'], rate: warmup(0.02, 4) },
];

interface Feature {
  readonly load: () => unknown;
  readonly ema?: number;
  readonly freeze?: readonly string[];
  /** What a single step is asked for besides its numbers. */
  readonly asked?: (step: number) => Partial<StepRequest>;
}

const features: Record<string, Feature> = {
  'frozen parameters': { load: () => classifier({ freeze: '*/kernel' }), freeze: ['net/features/*'] },
  'parameter groups': { load: () => classifier({ optimizer: adamw(0.01, { groups }) }) },
  'parameter groups on a plateau, three batches an update': {
    load: () => classifier({ optimizer: adam(plateau(0.01, { patience: 1, factor: 0.5 }), { groups, accumulate: 3 }) }),
  },
  'a moving average': { load: () => classifier(), ema: 0.99 },
  'a moving average of some parameters, two batches an update': {
    load: () => classifier({ optimizer: momentum(0.05, { accumulate: 2 }), freeze: ['net/dense_1/*'] }),
    ema: 0.5,
  },
  'learning rates of the caller': {
    load: () => classifier(),
    asked: (step) => ({ learningRate: 0.02 / (step + 1) }),
  },
  'outputs at some steps': {
    load: () => classifier(),
    asked: (step) => (step % 2 === 0 ? { onOutputs: () => undefined } : {}),
  },
  'gradients at some steps, and a moving average': {
    load: () => classifier({ optimizer: adam(0.01, { accumulate: 2, clipNorm: 0.5 }) }),
    ema: 0.9,
    asked: (step) => (step % 3 === 1 ? { onGradients: () => undefined } : {}),
  },
  'mixed precision whose loss scale falls, two batches an update': {
    load: () =>
      classifier({
        optimizer: adam(warmup(0.01, 4), { accumulate: 2, clipNorm: 0.5 }),
        mixedPrecision: { dtype: 'float16', initialScale: 2 ** 126, backoffFactor: 2 ** -60, growthInterval: 1 },
      }),
    ema: 0.9,
  },
  'class weights': {
    load: () =>
      classifier({ loss: ({ labels }, logits) => softmaxCrossEntropy(logits, labels!, { classWeights: [1, 0.5, 4] }) }),
  },
};

const places = { 'in shared memory': startCpu, 'on a device': () => startOnDevice('Cpu') };

for (const [place, start] of Object.entries(places))
  describe(`a run with its state ${place} that stops at any step resumes exactly, with`, () => {
    let engine: Engine;
    before(async () => {
      engine = await start();
    });
    after(() => engine.dispose());

    for (const [title, { load, ema, freeze, asked = () => ({}) }] of Object.entries(features)) {
      it(title, async () => {
        const opened: TrainSession[] = [];
        const build = async (): Promise<TrainSession> => {
          const session = await engine.build({ load, sample: batchAt(0), seed: 7, ema, freeze });
          opened.push(session);
          return session;
        };
        /** One step, then an evaluation is observed. */
        const train = async (session: TrainSession, step: number): Promise<Stats> => {
          const stats = await session.step(batchAt(step), { step, metrics: true, ...asked(step) });
          session.observe?.({ loss: step % 3 });
          return stats;
        };
        const straight = await build();
        const states: SessionState[] = [];
        const expected: Stats[] = [];
        for (let step = 0; step < steps; step++) {
          states.push(await straight.capture());
          expected.push(await train(straight, step));
        }
        const last = bitsOf(await straight.capture());
        for (const [at, state] of states.entries()) {
          const resumed = await build();
          await resumed.restore(state);
          const stats: Stats[] = [];
          for (let step = at; step < steps; step++) stats.push(await train(resumed, step));
          expect(stats, `resumed at ${at}`).to.deep.equal(expected.slice(at));
          expect(bitsOf(await resumed.capture()), `resumed at ${at}`).to.deep.equal(last);
        }
        // Blocks of another size at each stop, where nothing is observed or asked for in between.
        if (straight.observe === undefined && Object.keys(asked(0)).every((key) => key !== 'learningRate')) {
          for (const [at, state] of states.entries()) {
            const resumed = await build();
            await resumed.restore(state);
            const stats: Stats[] = [];
            for (let step = at; step < steps; ) {
              const count = Math.min(1 + ((at + step) % 4), steps - step);
              const batches = Array.from({ length: count }, (_, index) => batchAt(step + index));
              stats.push(...(await resumed.fused!.steps(batches, { step, metrics: true })));
              step += count;
            }
            expect(stats, `in blocks from ${at}`).to.deep.equal(expected.slice(at));
            expect(bitsOf(await resumed.capture()), `in blocks from ${at}`).to.deep.equal(last);
          }
        }
        for (const session of opened) await session.dispose();
      });
    }
  });
