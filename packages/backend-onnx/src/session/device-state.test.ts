import type { Engine, SessionState, Stats, TrainSession } from '@forge-ml/core/plugin';
import { expect } from 'chai';
import { backendOnDevice, batchAt, bitsOf, classifier, open, startOnDevice } from './models.test.support.js';
import type { OnnxSession } from './onnx-session.js';

describe('an engine that keeps the state on its device', () => {
  let engine: Engine;
  let reference: Engine;
  before(async () => {
    engine = await startOnDevice('Cpu');
    reference = await startOnDevice(undefined);
  });
  after(async () => {
    await engine.dispose();
    await reference.dispose();
  });

  const copies = (session: TrainSession): number => (session as OnnxSession).stateCopies!;
  const blockAt = (from: number, count: number) => Array.from({ length: count }, (_, at) => batchAt(from + at));

  /** Three steps, then blocks of three and of two. */
  async function train(session: TrainSession): Promise<Stats[]> {
    const stats: Stats[] = [];
    for (let step = 0; step < 3; step++) stats.push(await session.step(batchAt(step), { step, metrics: true }));
    for (const [step, count] of [
      [3, 3],
      [6, 2],
    ] as const) {
      stats.push(...(await session.fused!.steps(blockAt(step, count), { step, metrics: true })));
    }
    return stats;
  }

  it('computes the bits of one that copies it for each run', async () => {
    const results = [];
    for (const one of [engine, reference]) {
      const session = await one.build({ load: classifier, sample: batchAt(0), seed: 7, ema: 0.9 });
      const stats = await train(session);
      stats.push(await session.evaluate(batchAt(9), { weights: 'ema' }));
      const output = await session.predict(batchAt(2, 5));
      results.push({
        stats,
        output,
        state: bitsOf(await session.capture()),
        aside: bitsOf(await session.captureAside!()),
      });
      await session.dispose();
    }
    expect(results[0]).to.deep.equal(results[1]);
    expect(results[0]!.aside).to.deep.equal(results[0]!.state);
  });

  it('copies no state in a step, a block of steps, an evaluation or a prediction; once in a capture', async () => {
    const session = await open(engine);
    const before = copies(session);
    await train(session);
    await session.evaluate(batchAt(9));
    await session.predict(batchAt(2));
    expect(copies(session) - before).to.equal(0);
    const { parameters, optimizer } = await session.capture();
    expect(copies(session) - before).to.equal(parameters.size + optimizer.size);
    expect(parameters.size).to.be.above(5);
    await session.dispose();
  });

  it('resumes exactly from each of its captures, also those that are made while steps follow', async () => {
    const straight = await open(engine);
    const states: Promise<SessionState>[] = [];
    const expected: Stats[] = [];
    for (let step = 0; step < 4; step++) {
      states.push(straight.captureAside!());
      expected.push(await straight.step(batchAt(step), { step, metrics: true }));
    }
    const last = bitsOf(await straight.capture());
    const resumed = await open(engine);
    for (const [at, state] of states.entries()) {
      await resumed.restore(await state);
      const stats: Stats[] = [];
      for (let step = at; step < 4; step++) stats.push(await resumed.step(batchAt(step), { step, metrics: true }));
      expect(stats, `resumed at ${at}`).to.deep.equal(expected.slice(at));
      expect(bitsOf(await resumed.capture()), `resumed at ${at}`).to.deep.equal(last);
    }
    await straight.dispose();
    await resumed.dispose();
    expect(resumed.liveTensors!()).to.equal(0);
  });

  it('says which binding it uses', async () => {
    expect(engine.info.settings).to.include({ binding: 'native', updates: 'graph' });
    expect(engine.info.warnings).to.deep.equal([]);
    const [status] = await backendOnDevice('Cpu').engines();
    expect(status!.detail).to.match(/, by its C API$/);
  });

  it('says in one line why it copies the state, where it cannot keep it', async () => {
    const other = await startOnDevice('Moon');
    const { warnings, settings } = other.info;
    expect(settings.binding).to.equal('package');
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.match(/^The C API .* cannot keep .* of cpu: .*device is not supported.* copies it for each/);
    expect(warnings[0]).not.to.contain('\n');
    const session = await open(other);
    const { loss } = await session.step(batchAt(0), { step: 0, metrics: true });
    expect(loss).to.be.a('number');
    expect((session as OnnxSession).stateCopies).to.equal(undefined);
    await session.dispose();
    await other.dispose();
  });
});
