import {
  adam,
  type Engine,
  elements,
  type NamedTensors,
  type SessionState,
  type TrainSession,
} from '@forge-ml/core/plugin';
import { expect } from 'chai';
import { batchAt, bitsOf, bitsOfBatch, classifier, startCpu } from './models.test.support.js';

const decay = 0.3;

describe('the moving average of parameters', () => {
  let engine: Engine;
  const opened: TrainSession[] = [];
  const build = async (accumulate = 1, ema: number | null = decay): Promise<TrainSession> => {
    const load = () => classifier({ optimizer: adam(0.01, { accumulate }), freeze: 'net/dense_1/bias' });
    const session = await engine.build({ load, sample: batchAt(0), seed: 7, ema: ema ?? undefined });
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

  const train = async (session: TrainSession, from: number, to: number): Promise<void> => {
    for (let step = from; step < to; step++) await session.step(batchAt(step), { step, metrics: true });
  };
  const bits = (tensors: NamedTensors) => bitsOfBatch(Object.fromEntries(tensors));
  const numbers = (tensors: NamedTensors, name: string) => [...elements(tensors.get(name)!)].map(Number);

  it('starts with the parameters; only those that are trained have one', async () => {
    const { parameters, ema } = await (await build()).capture();
    expect([...ema!.keys()]).to.deep.equal([...parameters.keys()].filter((name) => !/moving|dense_1\/bias/.test(name)));
    expect(bits(parameters)).to.include(bits(ema!));
  });

  for (const accumulate of [1, 3]) {
    it(`follows each update, ${accumulate} batches an update`, async () => {
      const session = await build(accumulate);
      const name = 'net/dense_2/bias';
      let expected = numbers((await session.capture()).ema!, name);
      for (let step = 0; step < 9; step++) {
        await train(session, step, step + 1);
        const { parameters, ema } = await session.capture();
        if ((step + 1) % accumulate === 0) {
          const n = (step + 1) / accumulate;
          const d = Math.min(decay, (1 + n) / (10 + n));
          const updated = numbers(parameters, name);
          expected = expected.map((average, at) => average + (1 - d) * (updated[at]! - average));
        }
        for (const [at, value] of numbers(ema!, name).entries()) expect(value).to.be.closeTo(expected[at]!, 1e-7);
      }
    });

    it(`resumes exactly at every step, also in blocks, ${accumulate} batches an update`, async () => {
      const straight = await build(accumulate);
      const states: SessionState[] = [];
      for (let step = 0; step < 7; step++) {
        states.push(await straight.capture());
        await train(straight, step, step + 1);
      }
      const expected = bitsOf(await straight.capture());
      const resumed = await build(accumulate);
      for (const [at, state] of states.entries()) {
        await resumed.restore(state);
        const rest = Array.from({ length: 7 - at }, (_, index) => batchAt(at + index));
        const half = rest.splice(0, at % 3);
        if (half.length > 0) await resumed.fused!.steps(half, { step: at, metrics: true });
        if (rest.length > 0) await resumed.fused!.steps(rest, { step: at + half.length, metrics: true });
        expect(bitsOf(await resumed.capture()), `resumed at ${at}`).to.deep.equal(expected);
      }
    });
  }

  it('does not change the training', async () => {
    const [plain, averaged] = [await build(2, null), await build(2)];
    await train(plain, 0, 5);
    await train(averaged, 0, 5);
    const state = await plain.capture();
    expect(state.ema).to.equal(undefined);
    expect(bitsOf(await averaged.capture())).to.include(bitsOf(state));
  });

  it('is evaluated in place of the parameters, which stay', async () => {
    const [session, other] = [await build(), await build()];
    await train(session, 0, 5);
    const { parameters, optimizer, ema } = await session.capture();
    const plain = await session.evaluate(batchAt(9));
    const averaged = await session.evaluate(batchAt(9), { weights: 'ema' });
    expect(averaged).not.to.deep.equal(plain);
    expect(await session.evaluate(batchAt(9), { weights: 'parameters' })).to.deep.equal(plain);
    await other.restore({ parameters: new Map([...parameters, ...ema!]), optimizer });
    expect(await other.evaluate(batchAt(9))).to.deep.equal(averaged);
    const outputs: unknown[] = [];
    await session.evaluate(batchAt(9), { weights: 'ema', onOutputs: (batch) => outputs.push(bitsOfBatch(batch)) });
    expect(outputs).to.deep.equal([bitsOfBatch(await other.predict(batchAt(9)))]);
    expect(bits((await session.capture()).parameters)).to.deep.equal(bits(parameters));
  });

  it('becomes that of the parameters if a state without it is restored', async () => {
    const session = await build();
    await train(session, 0, 3);
    const { parameters, optimizer } = await session.capture();
    for (const slots of [optimizer, new Map()]) {
      await train(session, 3, 4);
      await session.restore({ parameters, optimizer: slots });
      expect(bits(parameters)).to.include(bits((await session.capture()).ema!));
    }
  });

  it('of a session without one is an error, as are averages that do not fit', async () => {
    const [plain, averaged] = [await build(1, null), await build()];
    const state = await averaged.capture();
    const failure = (action: Promise<unknown> | unknown) =>
      Promise.resolve(action).catch(({ code, message }: { code: string; message: string }) => `${code} ${message}`);
    expect(await failure(plain.evaluate(batchAt(0), { weights: 'ema' }))).to.equal(
      'ABILITY_MISSING This model has no moving average of its parameters to evaluate.',
    );
    expect(await failure(plain.restore(state))).to.contain(
      'STATE_MISMATCH The saved state has the moving average net/',
    );
    const { parameters, optimizer, ema } = state;
    const fewer = new Map([...ema!].slice(1));
    expect(await failure(averaged.restore({ parameters, optimizer, ema: fewer }))).to.contain(
      'STATE_MISMATCH The saved state has no moving average net/features/conv2d_1/kernel.',
    );
  });
});
