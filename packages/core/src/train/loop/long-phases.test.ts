import { expect } from 'chai';
import type { SessionState, TrainSession } from '../../backend/backend.js';
import type { BatchDataset } from '../../data/dataset.js';
import { Pipeline } from '../../data/pipeline/pipeline.js';
import { StopSource } from '../stop/stop-request.js';
import { isEvaluationPending, type LoopPosition } from './loop-request.js';
import { open, run, sevenExamples } from './toy-loop.test.support.js';

const limits = { steps: 13, epochs: 9 };
const forever = () => new Promise<never>(() => undefined);

/** A session whose evaluations change its state, as a plateau schedule does: one more or less changes the result. */
async function withPlateau(train: BatchDataset): Promise<TrainSession & { readonly observed: number[] }> {
  const observed: number[] = [];
  const session = await open(train);
  const observe = ({ loss = 0 }) => {
    observed.push(loss);
    const { parameters, optimizer } = session.capture() as SessionState;
    for (const { bytes } of parameters.values()) bytes[0] = (bytes[0]! + observed.length) % 256;
    void session.restore({ parameters, optimizer });
  };
  return Object.assign(session, { observe, observed });
}

/** Calls a function before one batch is read, in the given pass over the data (counted from 1). */
function calling(dataset: BatchDataset, pass: number, batch: number, call: () => unknown): BatchDataset {
  let passes = 0;
  return {
    length: dataset.length,
    read(position) {
      const current = ++passes;
      const reader = dataset.read(position);
      let read = 0;
      return {
        async next() {
          if (current === pass && read++ === batch) await call();
          return reader.next();
        },
        return: () => reader.return?.(),
      };
    },
  };
}

describe('a stop during a long phase of the loop', () => {
  for (const [evalEvery, what] of [
    [3, 'every 3 steps'],
    [null, 'after each epoch'],
  ] as const) {
    it(`ends an evaluation ${what} immediately and saves; a resume gives the same metrics and bits as no stop`, async () => {
      const train = sevenExamples();
      const straightSession = await withPlateau(train);
      const straight = await run({ session: straightSession, train, valid: sevenExamples(), evalEvery, limits });
      const expected = await straightSession.capture();

      for (let pass = 1; pass <= straight.logged.filter(({ split }) => split === 'valid').length; pass++) {
        const stop = new StopSource();
        const session = await withPlateau(train);
        let atStop: SessionState | undefined;
        const valid = calling(sevenExamples(), pass, 2, () => {
          stop.stop('SIGTERM');
          return forever();
        });
        const onSave = async () => {
          atStop = await session.capture();
        };
        const first = await run({ session, train, valid, evalEvery, limits, stop, onSave });
        expect([first.end?.status, first.error]).to.deep.equal(['stopped', undefined]);
        const from = first.saved.at(-1) as LoopPosition;
        expect([isEvaluationPending(from), from.step]).to.deep.equal([true, first.end?.step]);

        const resumed = await withPlateau(train);
        resumed.observed.push(...session.observed);
        await resumed.restore(atStop!);
        const second = await run({ session: resumed, train, valid: sevenExamples(), evalEvery, limits, from });
        expect([...first.logged, ...second.logged], `pass ${pass}`).to.deep.equal(straight.logged);
        expect(await resumed.capture()).to.deep.equal(expected);
        expect(second.end).to.deep.equal(straight.end);
        expect(isEvaluationPending(second.saved[0]!)).to.equal(false);
      }
    });
  }

  it('does not wait for training data that never arrives', async () => {
    const train = sevenExamples();
    const stop = new StopSource();
    const stuck = calling(train, 1, 3, () => {
      stop.stop('SIGINT');
      return forever();
    });
    const { end, saved } = await run({ session: await open(train), train: stuck, stop, limits });
    expect(end).to.include({ status: 'stopped', step: 3 });
    expect(saved.map(({ step, data }) => ({ step, data }))).to.deep.equal([{ step: 3, data: { epoch: 0, batch: 3 } }]);
    expect(isEvaluationPending(saved[0]!)).to.equal(true);
  });
});

describe('a failure while the state is valid', () => {
  const failing = {
    data: async (fail: () => never) => ({ train: calling(sevenExamples(), 2, 1, fail) }),
    'an evaluation': async (fail: () => never) => ({ valid: calling(sevenExamples(), 1, 2, fail), evalEvery: 5 }),
    'a hook': async (fail: () => never) => ({ hooks: { step: ({ step }: { step: number }) => step === 5 && fail() } }),
    'the model in a step': async (fail: () => never) => {
      const session = await open(sevenExamples());
      const { step } = session;
      return Object.assign(session, {
        step: (...request: Parameters<typeof step>) => (request[1].step === 5 ? fail() : step.apply(session, request)),
      });
    },
    'something outside the loop': async () => {
      const stop = new StopSource();
      return { stop, hooks: { step: ({ step }: { step: number }) => step === 5 && stop.fail(new Error('broken')) } };
    },
  } as const;
  for (const [what, make] of Object.entries(failing)) {
    it(`${what}: the last finished step is saved, and a resume gives the same bits as no failure`, async () => {
      const train = sevenExamples();
      const fail = (): never => {
        throw new Error('broken');
      };
      const made = (await make(fail)) as object;
      const own = 'step' in made ? (made as TrainSession) : undefined;
      const session = own ?? (await open(train));
      const changes = own === undefined ? made : {};
      let state: SessionState | undefined;
      const onSave = async () => {
        state = await session.capture();
      };
      const valid = sevenExamples();
      const { error, saved } = await run({ train, valid, limits, ...changes, session, onSave });
      expect(String(error)).to.contain('broken');
      expect(saved.map(({ step }) => step)).to.deep.equal([5]);

      const resumed = await open(train);
      await resumed.restore(state!);
      await run({ session: resumed, train, valid, limits, from: saved[0]! });
      const straight = await open(train);
      await run({ session: straight, train, valid, limits });
      expect(await resumed.capture()).to.deep.equal(await straight.capture());
    });
  }

  it('saves nothing after a failed step if the session does not report its state as intact', async () => {
    const train = sevenExamples();
    const session = Object.assign(await open(train), { intact: undefined });
    const { step } = session;
    const broken = Object.assign(session, {
      step: (...request: Parameters<typeof step>) => {
        if (request[1].step === 5) throw new Error('broken');
        return step.apply(session, request);
      },
    });
    const { error, saved } = await run({ session: broken as never, train, limits });
    expect([String(error), saved]).to.deep.equal(['Error: broken', []]);
  });
});

describe('a lazy engine', () => {
  it('never has more than 16 pending updates, and none before an evaluation, a save and the end', async () => {
    const train = sevenExamples();
    const plain = await open(train);
    let pending = 0;
    let maxPending = 0;
    const observed: number[] = [];
    const session: TrainSession = Object.assign(Object.create(plain), {
      step: (...request: Parameters<TrainSession['step']>) => {
        maxPending = Math.max(maxPending, ++pending);
        return plain.step(...request);
      },
      evaluate: (...request: Parameters<TrainSession['evaluate']>) => {
        observed.push(pending);
        return plain.evaluate(...request);
      },
      settle: async () => {
        pending = 0;
      },
    });
    await run({
      session,
      train: Pipeline.from(train),
      valid: train,
      evalEvery: 19,
      limits: { steps: 70, epochs: 99 },
      saveDue: (step) => step === 50,
      onSave: async () => void observed.push(pending),
    });
    expect(maxPending).to.equal(16);
    expect(new Set(observed)).to.deep.equal(new Set([0]));
  });
});
