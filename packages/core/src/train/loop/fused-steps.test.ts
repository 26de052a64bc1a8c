import { expect } from 'chai';
import type { TrainSession } from '../../backend/backend.js';
import { fromArrays } from '../../data/pipeline/arrays.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { NamedAccumulators } from '../../metrics/accumulators/accumulator-set.js';
import { rmse } from '../../metrics/accumulators/regression.js';
import type { Batch } from '../../tensor/tensor-data.js';
import { StopSource } from '../stop/stop-request.js';
import { SplitMetrics } from './split-metrics.js';
import { open, run, sevenExamples } from './toy-loop.test.support.js';

/** Long enough to read available data, and too short for slow data. */
const aMoment = () => new Promise((resolve) => setTimeout(resolve, 1));

/** A session that can fuse several updates, and records how many each time. */
function fusing(session: TrainSession, most: number): TrainSession & { readonly blocks: number[] } {
  const blocks: number[] = [];
  const steps: NonNullable<TrainSession['fused']>['steps'] = async (batches, { step, metrics, onOutputs }) => {
    blocks.push(batches.length);
    await aMoment();
    const numbers = [];
    for (const [index, batch] of batches.entries()) {
      const given = onOutputs && { onOutputs: (outputs: Batch) => onOutputs(outputs, index) };
      numbers.push(await session.step(batch, { step: step + index, metrics, ...given }));
    }
    return numbers;
  };
  const rest = Object.fromEntries(
    (['evaluate', 'predict', 'capture', 'restore', 'dispose'] as const).map((name) => [
      name,
      session[name].bind(session),
    ]),
  ) as Pick<TrainSession, 'evaluate' | 'predict' | 'capture' | 'restore' | 'dispose'>;
  const { artefacts, parameters, warnings } = session;
  const step: TrainSession['step'] = async (batch, request) => {
    blocks.push(1);
    await aMoment();
    return session.step(batch, request);
  };
  const learningRate: TrainSession['learningRate'] = (at) => session.learningRate?.(at);
  return { ...rest, artefacts, parameters, warnings, step, learningRate, fused: { most, steps }, blocks };
}

describe('the train loop with a session that fuses steps', () => {
  const train = sevenExamples();
  const valid = sevenExamples();
  const saveDue = (step: number) => step % 7 === 0;

  it('logs, saves and ends as with single steps', async () => {
    const settings = { train, valid, evalEvery: 5, saveDue, limits: { steps: 23, epochs: Number.POSITIVE_INFINITY } };
    const single = await run({ ...settings, session: await open(train) });
    const fused = await run({ ...settings, session: fusing(await open(train), 4) });
    expect(fused.logged.filter(({ split }) => split === 'train')).to.deep.equal(
      single.logged.filter(({ split }) => split === 'train'),
    );
    expect(fused.logged.filter(({ split }) => split === 'valid')).to.deep.equal(
      single.logged.filter(({ split }) => split === 'valid'),
    );
    expect(fused.saved).to.deep.equal(single.saved);
    expect(fused.end).to.deep.equal(single.end);
  });

  it('computes metrics of the outputs as with single steps; on a GPU, of the reported step alone', async () => {
    const metrics = new SplitMetrics(new Map([['rmse', rmse()]]) as NamedAccumulators, ['y'], true);
    for (const readAll of [true, false]) {
      const settings = { train, valid, metrics, readAll, saveDue, evalEvery: 5, limits: { steps: 23, epochs: 99 } };
      const single = await run({ ...settings, session: await open(train) });
      const session = fusing(await open(train), 4);
      const fused = await run({ ...settings, session });
      expect(Math.max(...session.blocks)).to.be.above(1);
      expect(fused.logged).to.deep.equal(single.logged);
      expect(fused.saved).to.deep.equal(single.saved);
      for (const { values } of single.logged) expect(values.rmse).to.be.above(0);
      if (readAll) continue;
      const reports = single.logged.filter(({ split }) => split === 'train');
      // The loss is the mean squared error of the step.
      for (const { values } of reports) expect(values.rmse).to.be.closeTo(Math.sqrt(values.loss!), 1e-6);
    }
  });

  it('fuses as many as possible: batches already read, up to the next evaluation or save, of one shape, in one epoch', async () => {
    const session = fusing(await open(train), 3);
    // Epochs of 2, 2, 2 and 1 examples; the first batch is read alone; a save after step 7.
    await run({ train, session, saveDue, limits: { steps: 10, epochs: Number.POSITIVE_INFINITY } });
    expect(session.blocks).to.deep.equal([1, 2, 1, 1, 2, 1, 1, 1]);
  });

  it('repeats what a block could not finish, so that a failing run saves the last finished step', async () => {
    const settings = { train, limits: { steps: 10, epochs: 99 } };
    for (const failing of [4, 5]) {
      const real = await open(train);
      const session = fusing(real, 4);
      const { steps, most } = session.fused!;
      const fail = async () => {
        throw new Error('broken');
      };
      const rest: typeof steps = (batches, request) => {
        const finished = failing - request.step;
        if (finished < 0 || finished >= batches.length) return steps(batches, request);
        return finished === 0 ? fail() : steps(batches.slice(0, finished), request);
      };
      const step: typeof session.step = (batch, request) => {
        return request.step === failing ? fail() : session.step(batch, request);
      };
      const partial = { ...session, step, fused: { most, steps: rest }, intact: true };
      const { error, saved } = await run({ ...settings, session: partial });
      expect([String(error), saved.map(({ step }) => step)]).to.deep.equal(['Error: broken', [failing]]);
      const straight = await open(train);
      await run({ ...settings, session: straight, limits: { steps: failing, epochs: 99 } });
      expect(await real.capture()).to.deep.equal(await straight.capture());
    }
  });

  it('interrupts the steps that run when a stop is requested, and saves those that were made', async () => {
    for (const made of [0, 2]) {
      const stop = new StopSource();
      const real = await open(train);
      const session = fusing(real, 4);
      const { steps, most } = session.fused!;
      let interrupt: (() => void) | undefined;
      const interrupted: typeof steps = async (batches, request) => {
        const ended = new Promise<void>((resolve) => (interrupt = resolve));
        stop.stop('SIGINT');
        await ended;
        if (made === 0) throw new ForgeError('STOPPED', 'It was interrupted.');
        return steps(batches.slice(0, made), request);
      };
      const watched = {
        ...session,
        fused: { most, steps: interrupted },
        intact: true,
        interrupt: () => interrupt?.(),
      };
      // Epochs of 4 batches, the first of which is read alone.
      const { end, saved } = await run({ train, session: watched, stop, limits: { steps: 20, epochs: 99 } });
      expect(end).to.include({ status: 'stopped', step: 1 + made });
      expect(saved.map(({ step }) => step)).to.deep.equal([1 + made]);
    }
  });

  it('pauses at a step within a block, and goes on as if it had not', async () => {
    const settings = { train, valid, evalEvery: 5, limits: { steps: 23, epochs: Number.POSITIVE_INFINITY } };
    const straight = await run({ ...settings, session: fusing(await open(train), 4) });
    for (const steps of [2, 6, 8]) {
      const session = fusing(await open(train), 4);
      const pauseAt = { steps, epochs: Number.POSITIVE_INFINITY };
      const paused = await run({ ...settings, session, pauseAt });
      expect(paused.end).to.include({ status: 'stopped', paused: true, step: steps });
      expect(paused.events.slice(-2)).to.deep.equal([`${steps} valid`, `${steps} save`]);
      const rest = await run({ ...settings, session, from: paused.saved.at(-1)! });
      expect(rest.end).to.deep.equal(straight.end);
      expect(rest.logged).to.deep.equal(straight.logged.filter(({ step }) => step > steps));
      expect(rest.saved).to.deep.equal(straight.saved);
    }
  });

  it('calls saveDue once for each step, in order', async () => {
    const asked: number[] = [];
    await run({
      train,
      session: fusing(await open(train), 3),
      saveDue: (step) => {
        asked.push(step);
        return step % 2 === 0;
      },
      limits: { steps: 9, epochs: Number.POSITIVE_INFINITY },
    });
    expect(asked).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('stops between two blocks, at a position from which it can resume', async () => {
    const session = fusing(await open(train), 3);
    const stop = new StopSource();
    const hooks = {
      step: ({ step }: { step: number }) => {
        if (step === 6) stop.stop('SIGINT');
      },
    };
    const { end, saved } = await run({ train, session, stop, hooks, limits: { steps: 50, epochs: 50 } });
    expect(end).to.deep.equal({
      status: 'stopped',
      reason: null,
      paused: false,
      step: 7,
      data: { epoch: 1, batch: 3 },
    });
    expect(saved.at(-1)).to.deep.include({ step: 7, data: { epoch: 1, batch: 3 } });
  });

  it('does not wait for slow data to fill a block', async () => {
    const session = fusing(await open(train), 3);
    const slow = fromArrays({ x: [[1, 2]], y: [[1]] })
      .repeat(6)
      .map(async (example) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        return example;
      })
      .batch(1);
    await run({ train: slow, session, limits: { steps: 6, epochs: 1 } });
    expect(session.blocks).to.deep.equal([1, 1, 1, 1, 1, 1]);
  });

  it('fails with an error of the data that is thrown while the engine is running', async () => {
    const broken = fromArrays({ x: [[1, 2]], y: [[1]] })
      .repeat(4)
      .map((example, { index }) => {
        if (index === 2) throw new Error('the disk is gone');
        return example;
      })
      .batch(1);
    const { error } = await run({ train: broken, session: fusing(await open(train), 2) });
    expect(String(error)).to.contain('the disk is gone');
  });
});
