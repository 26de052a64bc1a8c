import { expect } from 'chai';
import type { SessionState, TrainSession } from '../../backend/backend.js';
import type { BatchDataset } from '../../data/dataset.js';
import { fromArrays } from '../../data/pipeline/arrays.js';
import { fromGenerator } from '../../data/pipeline/generator.js';
import { failureOf } from '../../testing/temporary-folder.test.support.js';
import { StopSource } from '../stop/stop-request.js';
import { open, run, sevenExamples } from './toy-loop.test.support.js';

describe('trainLoop', () => {
  it('reports, then evaluates, then saves; an epoch ends with its last batch', async () => {
    const train = sevenExamples();
    const session = await open(train);
    const { events, end, logged } = await run({ session, train, valid: train, saveDue: (step) => step % 4 === 0 });
    expect(events).to.deep.equal([
      '1 train',
      '3 train',
      '4 valid',
      '4 save',
      '6 train',
      '8 valid',
      '8 save',
      '9 train',
      '10 train',
      '10 valid',
      '10 save',
    ]);
    expect(end).to.deep.equal({
      status: 'completed',
      reason: null,
      paused: false,
      step: 10,
      data: { epoch: 2, batch: 2 },
    });
    expect(logged.map(({ step, epoch }) => [step, epoch])).to.deep.equal([
      [1, 0],
      [3, 0],
      [4, 0],
      [6, 1],
      [8, 1],
      [9, 2],
      [10, 2],
      [10, 2],
    ]);
    for (const { values } of logged) expect(values.loss).to.be.a('number');
  });

  it('evaluates every evalEvery steps, and at the end in any case', async () => {
    const train = sevenExamples();
    const session = await open(train);
    for (const limits of [
      { steps: 8, epochs: 9 },
      { steps: 99, epochs: 2 },
    ]) {
      const { events } = await run({ session, train, valid: train, limits, evalEvery: 3, reportEvery: 100 });
      expect(events.filter((event) => event.endsWith('valid'))).to.deep.equal(['3 valid', '6 valid', '8 valid']);
    }
  });

  it('passes each due evaluation to the session before it saves, but not one made only because training ends', async () => {
    const train = sevenExamples();
    const events: unknown[] = [];
    const session = Object.assign(await open(train), { observe: (stats: unknown) => void events.push(stats) });
    const onSave = async ({ step }: { step: number }) => void events.push(step);
    const limits = { steps: 8, epochs: 9 };
    const { logged } = await run({
      session,
      train,
      valid: train,
      limits,
      evalEvery: 3,
      saveDue: (step) => step % 3 === 0,
      onSave,
    });
    const valid = logged.filter(({ split }) => split === 'valid').map(({ values }) => values);
    expect(valid).to.have.length(3);
    expect(events).to.deep.equal([valid[0], 3, valid[1], 6, 8]);
  });

  it('ends after the number of epochs, saves once, and reports its last step', async () => {
    const train = sevenExamples();
    const { end, saved, events } = await run({ session: await open(train), train, limits: { steps: 99, epochs: 2 } });
    expect(end).to.deep.equal({
      status: 'completed',
      reason: null,
      paused: false,
      step: 8,
      data: { epoch: 2, batch: 0 },
    });
    expect(saved.map(({ step, data }) => ({ step, data }))).to.deep.equal([{ step: 8, data: { epoch: 2, batch: 0 } }]);
    expect(events.at(-2)).to.equal('8 train');
  });

  it('averages an evaluation over examples, not over batches', async () => {
    const train = sevenExamples();
    const session = await open(train);
    const { logged } = await run({ session, train, valid: train, limits: { steps: 1, epochs: 9 } });
    const x = Array.from({ length: 7 }, (_, row) => [Math.sin(row), Math.cos(row)]);
    const whole = fromArrays({ x, y: x.map(([a = 0, b = 0]) => [a - b]) }).batch(7);
    const all = await whole.read({ epoch: 0, skip: 0 }).next();
    const expected = await session.evaluate(all.value as never);
    const valid = logged.find(({ split }) => split === 'valid')!;
    expect(valid.values.loss).to.be.closeTo(expected.loss!, 1e-6);
  });

  it('resumes from every position as if it had never stopped', async () => {
    const train = sevenExamples();
    const straight = await open(train);
    const states = new Map<number, SessionState>();
    const { saved, logged } = await run({
      session: straight,
      train,
      valid: train,
      limits: { steps: 13, epochs: 9 },
      saveDue: () => true,
      onSave: async ({ step }) => void states.set(step, await straight.capture()),
    });
    expect(saved.map(({ step }) => step)).to.deep.equal(Array.from({ length: 13 }, (_, index) => index + 1));

    for (const from of saved.slice(0, -1)) {
      const session = await open(train);
      await session.restore(states.get(from.step)!);
      const limits = { steps: 13, epochs: 9 };
      const { end, logged: after } = await run({ session, train, valid: train, from, limits });
      const expected = logged.filter(({ step }) => step > from.step);
      expect(after, `from step ${from.step}`).to.deep.equal(expected);
      expect(end?.data, `from step ${from.step}`).to.deep.equal({ epoch: 3, batch: 1 });
      expect(await session.capture(), `from step ${from.step}`).to.deep.equal(states.get(13));
    }
  });

  it('reports the mean since the last report, weighted by batch size', async () => {
    const train = sevenExamples();
    const each = await run({ session: await open(train), train, reportEvery: 1, limits: { steps: 12, epochs: 9 } });
    const losses = each.logged.map(({ values }) => values.loss!);
    const { logged } = await run({
      session: await open(train),
      train,
      reportEvery: 4,
      limits: { steps: 10, epochs: 9 },
    });
    // The fourth batch of an epoch has one example, the others two.
    const mean = (from: number, to: number) => {
      const sizes = losses.slice(from, to).map((_, index) => ((from + index) % 4 === 3 ? 1 : 2));
      const sum = losses.slice(from, to).reduce((sum, loss, index) => sum + loss * sizes[index]!, 0);
      return sum / sizes.reduce((a, b) => a + b, 0);
    };
    const expected = [mean(0, 1), mean(1, 4), mean(4, 8), mean(8, 10)];
    expect(logged.map(({ step }) => step)).to.deep.equal([1, 4, 8, 10]);
    for (const [index, { values }] of logged.entries()) expect(values.loss).to.be.closeTo(expected[index]!, 1e-12);
  });

  it('reports the same when resumed with a higher limit as with that limit from the start', async () => {
    const train = sevenExamples();
    const limits = { steps: 12, epochs: 9 };
    const straight = await run({ session: await open(train), train, reportEvery: 4, limits });
    const session = await open(train);
    const { saved } = await run({ session, train, reportEvery: 4, limits: { steps: 6, epochs: 9 } });
    const { logged } = await run({ session, train, reportEvery: 4, limits, from: saved.at(-1)! });
    expect(logged).to.deep.equal(straight.logged.filter(({ step }) => step > 6));
  });

  it('reads and reports only the metrics of the reported step without readAll', async () => {
    const train = sevenExamples();
    const limits = { steps: 10, epochs: 9 };
    const each = await run({ session: await open(train), train, reportEvery: 1, limits });
    const inner = await open(train);
    const read: number[] = [];
    const session: TrainSession = {
      ...inner,
      capture: () => inner.capture(),
      learningRate: (step) => inner.learningRate?.(step),
      step(batch, request) {
        if (request.metrics) read.push(request.step + 1);
        return inner.step(batch, request);
      },
      evaluate: (batch) => inner.evaluate(batch),
      predict: (inputs) => inner.predict(inputs),
      restore: (state) => inner.restore(state),
      dispose: () => inner.dispose(),
    };
    const { logged } = await run({ session, train, reportEvery: 4, limits, readAll: false });
    expect(logged).to.deep.equal([1, 4, 8, 10].map((step) => each.logged[step - 1]));
    expect(read).to.deep.equal([1, 4, 8, 10]);
  });

  it('stops in the middle of an epoch when requested, and saves', async () => {
    const train = sevenExamples();
    const stop = new StopSource();
    const hooks = {
      step: ({ step }: { step: number }) => {
        if (step === 6) stop.stop('SIGINT');
      },
    };
    const { end, saved } = await run({ session: await open(train), train, stop, hooks });
    expect(end).to.deep.equal({
      status: 'stopped',
      reason: null,
      paused: false,
      step: 6,
      data: { epoch: 1, batch: 2 },
    });
    expect(saved.map(({ step, data }) => ({ step, data }))).to.deep.equal([{ step: 6, data: { epoch: 1, batch: 2 } }]);
  });

  it('does not save twice if it ends at a step that was saved', async () => {
    const train = sevenExamples();
    const { events } = await run({ session: await open(train), train, saveDue: (step) => step === 10 });
    expect(events.filter((event) => event.endsWith('save'))).to.deep.equal(['10 save']);
  });

  it('ends immediately when the limit is already reached', async () => {
    const train = sevenExamples();
    const from = { step: 10, data: { epoch: 2, batch: 2 } };
    const { end, events } = await run({ session: await open(train), train, from });
    expect([end?.status, end?.step, events]).to.deep.equal(['completed', 10, []]);
  });

  it('fails with LOSS_NOT_FINITE, naming metric and step, and saves nothing more', async () => {
    const train = sevenExamples();
    const session = await open(train, { learningRate: 1e30 });
    const { error, saved, logged } = await run({ session, train, reportEvery: 1, saveDue: () => true });
    const { code, message } = await failureOf(() => Promise.reject(error));
    expect(code).to.equal('LOSS_NOT_FINITE');
    const step = Number(/^loss became (?:NaN|Infinity) at step (\d+)\.$/.exec(message)?.[1]);
    expect(saved.map((position) => position.step)).to.deep.equal(
      Array.from({ length: step - 1 }, (_, index) => index + 1),
    );
    expect(logged.every(({ values }) => Number.isFinite(values.loss))).to.equal(true);
  });

  it('adds to LOSS_NOT_FINITE where it begins, if the session can tell', async () => {
    const train = sevenExamples();
    for (const [locate, end] of [
      [async () => 'It begins at Log.', /at step \d+\. It begins at Log\.$/],
      [async () => undefined, /at step \d+\.$/],
      [() => Promise.reject(new Error('none')), /at step \d+\.$/],
    ] as const) {
      const session = Object.assign(await open(train, { learningRate: 1e30 }), { locateNotFinite: locate });
      const { error } = await run({ session, train });
      const { code, message, hint } = await failureOf(() => Promise.reject(error));
      expect(code).to.equal('LOSS_NOT_FINITE');
      expect(message).to.match(end);
      expect(hint).to.include('Lower the learning rate');
    }
  });

  it('trains on infinite data up to the number of steps', async () => {
    const endless = fromGenerator(async function* () {
      for (let row = 0; ; row++) yield { x: new Float32Array([Math.sin(row), 1]), y: new Float32Array([row % 3]) };
    }).batch(2);
    const { end, events } = await run({ session: await open(endless), train: endless, valid: sevenExamples() });
    expect(end).to.deep.equal({
      status: 'completed',
      reason: null,
      paused: false,
      step: 10,
      data: { epoch: 0, batch: 10 },
    });
    expect(events.filter((event) => event.endsWith('valid'))).to.deep.equal(['10 valid']);
  });

  it('detects the end of an epoch if the length of the data is unknown', async () => {
    const unknownLength = fromGenerator(function* ({ epoch }) {
      for (let row = 0; row < 4 + epoch; row++) yield { x: new Float32Array([row, 1]), y: new Float32Array([1]) };
    }).batch(2);
    const { end, events } = await run({
      session: await open(unknownLength),
      train: unknownLength,
      valid: unknownLength,
      limits: { steps: 99, epochs: 2 },
    });
    expect(end?.data).to.deep.equal({ epoch: 2, batch: 0 });
    expect(events.filter((event) => event.endsWith('valid'))).to.deep.equal(['2 valid', '5 valid']);
  });

  it('refuses empty training data', async () => {
    const train = sevenExamples();
    const empty = fromGenerator(function* () {
      for (const never of [] as number[]) yield { x: never };
    }).batch(2);
    const { error, events } = await run({ session: await open(train), train: empty });
    expect((await failureOf(() => Promise.reject(error))).code).to.equal('DATA_INVALID');
    expect(events).to.deep.equal([]);
  });

  it('releases the data reader, however it ends', async () => {
    const train = sevenExamples();
    for (const hooks of [
      {},
      {
        step: () => {
          throw new Error('hook');
        },
      },
    ]) {
      let released = 0;
      const watched: BatchDataset = {
        length: train.length,
        read: (position) => {
          const reader = train.read(position);
          return { next: () => reader.next(), return: () => released++ };
        },
      };
      await run({ session: await open(train), train: watched, limits: { steps: 2, epochs: 9 }, hooks });
      expect(released).to.equal(1);
    }
  });

  it('passes its progress to hooks', async () => {
    const train = sevenExamples();
    const seen: string[] = [];
    await run({
      session: await open(train),
      train,
      limits: { steps: 5, epochs: 9 },
      hooks: {
        start: ({ step, totalSteps }) => void seen.push(`start ${step} of ${totalSteps}`),
        step: ({ step, epoch, totalSteps }) => void seen.push(`${step} in ${epoch} of ${totalSteps}`),
      },
    });
    expect(seen).to.deep.equal([
      'start 0 of 5',
      '1 in 0 of 5',
      '2 in 0 of 5',
      '3 in 0 of 5',
      '4 in 0 of 5',
      '5 in 1 of 5',
    ]);
  });
});
