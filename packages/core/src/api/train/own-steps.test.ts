import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeToyProject } from '../../testing/toy-project.js';
import type { RunStep, StepsOptions } from '../../train/loop/run-steps.js';
import { bothConfigs, essenceOf, forgeIn, readJsonFile, train, withFlags } from '../toy-run.test.support.js';

const settings = [...bothConfigs, '--steps', '12', '--save-every', '4', '--report-every', '3', '--keep', 'all'];

describe('run.steps', () => {
  const folder = useTemporaryFolder();
  beforeEach(() => writeToyProject(folder()));

  async function open(argv: readonly string[]) {
    const { forge } = forgeIn(folder(), argv);
    const prepared = await forge.config();
    const data = await forge.loadData(prepared);
    const built = await forge.build(prepared, data);
    return { data, session: built.session, run: await forge.initCheckpoint(prepared, built) };
  }

  type Opened = Awaited<ReturnType<typeof open>>;
  /** Returns whether the loop goes on. */
  type Body = (step: RunStep, opened: Opened) => boolean | undefined | Promise<boolean | undefined>;

  /** The loop of docs/library.md; `before` and `after` the update. */
  async function loop(argv: readonly string[], options: StepsOptions & { before?: Body; after?: Body } = {}) {
    const opened = await open(argv);
    const { data, run, session } = opened;
    const { before, after, ...others } = options;
    const steps: number[] = [];
    for await (const step of run.steps(data.train, others)) {
      if ((await before?.(step, opened)) === false) break;
      run.log(await session.step(step.batch, { step: step.step, metrics: true }));
      steps.push(step.step);
      if ((await after?.(step, opened)) === false) break;
    }
    return { ...opened, steps };
  }

  const recordOf = (run: { folder: string }) => readJsonFile(run.folder, 'run.json');
  const stepsIn = async (run: { folder: string }) =>
    (await readdir(join(run.folder, 'checkpoints'))).map(Number).sort((a, b) => a - b);

  it('trains to the same bits, metrics and checkpoints as Forge.train, with and without validation', async () => {
    const expected = await train(folder(), [...settings, '--run-name', 'train']);
    const { run, steps } = await loop([...settings, '--run-name', 'loop']);
    expect(steps).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(await recordOf(run)).to.include({ status: 'completed', reason: null, step: 12, epoch: 2 });
    expect(await stepsIn(run)).to.deep.equal([4, 8, 12]);
    const [own, forge] = [await essenceOf(run.folder, 12), await essenceOf(expected.run, 12)];
    expect(own.tensors).to.deep.equal(forge.tensors);
    expect(own.metrics).to.deep.equal(forge.metrics.filter((line) => line.includes('"train"')));

    const opened = await open([...settings, '--run-name', 'valid']);
    for await (const { batch, step, metrics } of opened.run.steps(opened.data.train, { valid: opened.data.valid })) {
      opened.run.log(await opened.session.step(batch, { step, metrics }));
    }
    for (const step of [4, 8, 12]) {
      expect(await essenceOf(opened.run.folder, step)).to.deep.equal(await essenceOf(expected.run, step));
    }
    expect(opened.run.metrics).to.deep.equal(expected.metrics);
  });

  it('warns at the first report of a metric of --keep that the loop does not report, and keeps every checkpoint', async () => {
    const argv = withFlags(settings, ['--keep', 'best:train.los:min,best:train.loss']);
    const { forge, warnings } = forgeIn(folder(), argv);
    const prepared = await forge.config();
    const data = await forge.loadData(prepared);
    const { session, ...built } = await forge.build(prepared, data);
    const run = await forge.initCheckpoint(prepared, { session, ...built });
    for await (const { batch, step } of run.steps(data.train)) {
      run.log(await session.step(batch, { step, metrics: true }));
    }
    expect(warnings).to.deep.equal([
      '--keep best:train.los: the model does not report it, so every checkpoint is kept; did you mean train.loss?',
    ]);
    expect(await stepsIn(run)).to.deep.equal([4, 8, 12]);
  });

  it('is resumed to the same bits, wherever it was left: before the update of a step or after it', async () => {
    const expected = await train(folder(), [...settings, '--run-name', 'train', '--eval-every', '100']);
    const { metrics, tensors } = await essenceOf(expected.run, 12);
    for (const at of [0, 1, 4, 5, 9, 11]) {
      for (const where of ['before', 'after'] as const) {
        const name = `${where}-${at}`;
        const left = await loop([...settings, '--run-name', name], { [where]: ({ step }: RunStep) => step !== at });
        const done = where === 'before' ? at : at + 1;
        expect(await recordOf(left.run), name).to.include({ status: 'stopped', reason: 'the loop was left' });
        if (done > 0) expect((await stepsIn(left.run)).at(-1), name).to.equal(done);
        const resumed = await loop(['--resume', name]);
        expect(resumed.steps, name).to.deep.equal(Array.from({ length: 12 - done }, (_, index) => done + index));
        const essence = await essenceOf(resumed.run.folder, 12);
        expect(essence.tensors, name).to.deep.equal(tensors);
        expect(essence.metrics, name).to.deep.equal(metrics.filter((line) => line.includes('"train"')));
      }
    }
  }).timeout(60_000);

  it('gives epochs, and ends after --epochs', async () => {
    const epochs: number[] = [];
    const { run } = await loop([...bothConfigs, '--epochs', '2'], {
      after: ({ epoch }) => {
        epochs.push(epoch);
        return true;
      },
    });
    expect(epochs).to.deep.equal([0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
    expect([run.status, (await recordOf(run)).epoch]).to.deep.equal(['completed', 2]);
  });

  it('stops in order when its signal is aborted, also while it waits for data, with the reason given', async () => {
    for (const [reason, text] of [
      [undefined, 'aborted'],
      ['enough', 'enough'],
      [new Error('out of time'), 'out of time'],
    ] as const) {
      const stop = new AbortController();
      const { run, steps } = await loop(settings, {
        signal: stop.signal,
        after: ({ step }) => {
          if (step === 4) stop.abort(reason);
          return true;
        },
      });
      expect(steps).to.deep.equal([0, 1, 2, 3, 4]);
      expect(await recordOf(run)).to.include({ status: 'stopped', reason: text, step: 5 });
      expect(await stepsIn(run)).to.deep.equal([4, 5]);
    }
    const stop = new AbortController();
    const { data, run } = await open(settings);
    const stuck = { length: data.train.length, read: () => ({ next: () => new Promise<never>(() => undefined) }) };
    setTimeout(() => stop.abort(), 20);
    for await (const _ of run.steps(stuck, { signal: stop.signal })) throw new Error('there is no step');
    expect(await recordOf(run)).to.include({ status: 'stopped', reason: 'aborted', step: 0 });
  });

  it('ends as run.finish in its body says, with the last finished step saved', async () => {
    const { run } = await loop(settings, {
      before: async ({ step }, { run }) => {
        if (step < 6) return true;
        await run.finish('completed', 'good enough');
        return false;
      },
    });
    expect(await recordOf(run)).to.include({ status: 'completed', reason: 'good enough', step: 6 });
    expect(await stepsIn(run)).to.deep.equal([4, 6]);
    const { run: failed, steps } = await loop(settings, {
      after: async ({ step }, { run }) => {
        if (step === 6) await run.finish('failed', 'diverged');
        return true;
      },
    });
    expect(steps.at(-1)).to.equal(6);
    expect(await recordOf(failed)).to.include({ status: 'failed', reason: 'diverged', step: 7 });
    expect((await stepsIn(failed)).at(-1)).to.equal(7);
  });

  it('saves the last finished step where an error leaves it; finish says afterwards that the run failed', async () => {
    for (const where of ['before', 'after'] as const) {
      let opened: Opened | undefined;
      const body: Body = ({ step }, given) => {
        opened = given;
        if (step === 5) throw new Error('boom');
        return true;
      };
      const error: unknown = await loop([...settings, '--run-name', where], { [where]: body }).catch((cause) => cause);
      expect((error as Error).message).to.equal('boom');
      const { run } = opened!;
      expect((await stepsIn(run)).at(-1)).to.equal(where === 'before' ? 5 : 6);
      await run.finish('completed');
      expect((await recordOf(run)).status).to.equal('stopped');
      await run.finish('failed', 'boom');
      expect(await recordOf(run)).to.include({ status: 'failed', reason: 'boom' });
    }
  });

  it('fails with what a step fails with, and where a number is not finite', async () => {
    const { run, data } = await open(settings);
    const wrong = { x: [[1, 2, 3]], y: [[1]] };
    const error = await failureOf(async () => {
      for await (const { step } of run.steps(data.train)) run.log({ loss: step === 3 ? Number.NaN : 1 });
    });
    expect([error.code, error.message]).to.deep.equal(['LOSS_NOT_FINITE', 'loss became NaN at step 4.']);
    expect(await recordOf(run)).to.include({ status: 'failed', reason: 'loss became NaN at step 4.' });

    const other = await open(settings);
    const refused = await failureOf(async () => {
      for await (const { batch, step } of other.run.steps(other.data.train)) {
        const given = step === 2 ? (wrong as never) : batch;
        other.run.log(await other.session.step(given, { step, metrics: true }));
      }
    });
    expect(await recordOf(other.run)).to.include({ status: 'failed', reason: refused.message });
  });

  it('fails as the data does, after the steps before', async () => {
    const { run, data, session } = await open(settings);
    const broken = {
      length: data.train.length,
      read(position: { epoch: number; skip: number }) {
        const batches = data.train.read(position);
        let left = 3;
        return {
          next: () => {
            if (left-- === 0) throw new Error('no more');
            return batches.next();
          },
        };
      },
    };
    const error = await (async () => {
      for await (const { batch, step } of run.steps(broken))
        run.log(await session.step(batch, { step, metrics: true }));
    })().catch((cause: Error) => cause);
    expect((error as Error).message).to.equal('no more');
    expect(await recordOf(run)).to.include({ status: 'failed', reason: 'no more', step: 3 });
    expect(await stepsIn(run)).to.deep.equal([3]);
  });

  it('copies the console, and gives back the signals, the streams and the session', async () => {
    const listeners = () => ['SIGINT', 'SIGTERM', 'SIGHUP', 'exit'].map((name) => process.listenerCount(name));
    const before = { listeners: listeners(), write: process.stdout.write };
    let own: unknown;
    const { run, session } = await loop(settings, {
      before: ({ step }, { session }) => {
        own = session.step;
        if (step === 2) process.stderr.write('at step two\n');
        return true;
      },
    });
    expect(await readFile(join(run.folder, 'console.log'), 'utf8')).to.equal('at step two\n');
    expect({ listeners: listeners(), write: process.stdout.write }).to.deep.equal(before);
    expect(session.step).to.not.equal(own);
  });

  it('refuses a second loop, options that it does not have, and numbers without a loop', async () => {
    const { run, data, session } = await open(settings);
    const numbers = await failureOf(async () => run.log({ loss: 1 }));
    expect([numbers.code, numbers.about]).to.deep.equal(['USAGE', 'run.log']);
    const option = await failureOf(async () => run.steps(data.train, { validation: data.valid } as never));
    expect([option.code, option.hint]).to.deep.equal(['OPTION_UNKNOWN', 'Did you mean "valid"?']);
    for await (const { batch, step } of run.steps(data.train)) {
      run.log(await session.step(batch, { step, metrics: true }));
      break;
    }
    expect((await failureOf(async () => run.log({ loss: 1 }))).code).to.equal('USAGE');
    expect((await failureOf(async () => run.steps(data.train))).code).to.equal('USAGE');
    const signal = { signal: 'SIGTERM' } as never;
    const other = await open(settings);
    const error = await failureOf(async () => {
      for await (const _ of other.run.steps(other.data.train, signal)) break;
    });
    expect([error.code, error.about]).to.deep.equal(['USAGE', 'signal']);
    await other.run.finish('stopped');
  });
});
