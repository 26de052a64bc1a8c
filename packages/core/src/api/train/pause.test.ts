import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeToyProject } from '../../testing/toy-project.js';
import type { PauseAt } from '../../train/loop/limits.js';
import { bothConfigs, essenceOf, metricsOf, readJsonFile, train, withFlags } from '../toy-run.test.support.js';

const common = [...bothConfigs, '--report-every', '3', '--eval-every', '4', '--run-name', 'lines', '--keep', 'all'];
const settings = [...common, '--steps', '23'];

describe('pauseAt of Forge.train', () => {
  const folder = useTemporaryFolder();
  beforeEach(() => writeToyProject(folder()));

  /** Metrics without the time, and without what only a pause reports. */
  const endOf = async (run: string, step: number, pausedAt: number | null = null) => {
    const { metrics, tensors } = await essenceOf(run, step);
    const { state, data, metrics: saved } = await readJsonFile(run, 'checkpoints', String(step), 'checkpoint.json');
    const { metrics: last, status, reason, epoch } = await readJsonFile(run, 'run.json');
    const ofPause = pausedAt === null ? '' : `"step":${pausedAt},`;
    const lines = metrics.filter((line) => ofPause === '' || !line.includes(ofPause));
    return { lines, tensors, state, data, saved, last, status, reason, epoch };
  };

  const pausedAndContinued = async (argv: readonly string[], pauseAt: PauseAt, straight: string, end: number) => {
    const paused = await train(folder(), argv, { pauseAt });
    expect(paused).to.include({ status: 'stopped', paused: true, reason: `paused at step ${paused.step}` });
    expect(await readJsonFile(paused.run, 'run.json')).to.include({ status: 'stopped', reason: paused.reason });
    expect(paused.metrics.valid).to.not.equal(undefined);
    const evaluated = (await metricsOf(paused.run)).filter(
      ({ split, step }) => split === 'valid' && step === paused.step,
    );
    expect(evaluated).to.have.lengthOf(1);
    const resumed = await train(folder(), ['--resume', 'lines']);
    expect(resumed).to.include({ status: 'completed', paused: false, run: paused.run, step: end });
    expect(await endOf(resumed.run, end, paused.step)).to.deep.equal(await endOf(straight, end, paused.step));
    return paused;
  };

  it('ends with the same bits wherever it pauses: in an epoch, at its end, before the last step', async () => {
    const { run } = await train(folder(), settings);
    for (const at of [1, 4, 5, 9, 10, 22]) {
      expect((await pausedAndContinued(settings, { steps: at }, run, 23)).step).to.equal(at);
    }
    expect((await pausedAndContinued(settings, { epochs: 2 }, run, 23)).step).to.equal(10);
  });

  it('the same with a moving average, an early stop and evaluations after each epoch', async () => {
    for (const more of [
      ['--ema', '0.9'],
      ['--stop-early', 'valid.loss', '--patience', '2', '--restore-best', '--steps', '60'],
    ]) {
      const argv = withFlags(settings, more);
      const { run, step } = await train(folder(), argv);
      for (const at of [4, 7]) await pausedAndContinued(argv, { steps: at }, run, step);
    }
    const byEpochs = [...bothConfigs, '--epochs', '4', '--run-name', 'lines', '--keep', 'all', '--report-every', '3'];
    const { run } = await train(folder(), byEpochs);
    for (const pauseAt of [{ epochs: 1 }, { epochs: 3 }, { steps: 7 }, { steps: 10 }]) {
      await pausedAndContinued(byEpochs, pauseAt, run, 20);
    }
  });

  it('pauses again and again, and at once where it already is', async () => {
    const { run } = await train(folder(), settings);
    const first = await train(folder(), settings, { pauseAt: { steps: 5 } });
    for (const at of [9, 9, 3, 15]) {
      const paused = await train(folder(), ['--resume', 'lines'], { pauseAt: { steps: at } });
      expect(paused).to.include({ paused: true, step: Math.max(at, at === 3 ? 9 : 0), run: first.run });
    }
    const resumed = await train(folder(), ['--resume', 'lines']);
    expect((await essenceOf(resumed.run, 23)).tensors).to.deep.equal((await essenceOf(run, 23)).tensors);
  });

  it('completes the run where its limits come first, or at the same step', async () => {
    const { run } = await train(folder(), settings);
    for (const pauseAt of [{ steps: 23 }, { steps: 24 }, { epochs: 5 }]) {
      const ended = await train(folder(), settings, { pauseAt });
      expect(ended).to.include({ status: 'completed', paused: false, reason: null, step: 23 });
      expect(await endOf(ended.run, 23)).to.deep.equal(await endOf(run, 23));
    }
  });

  it('refuses anything but one whole number, before anything is written', async () => {
    for (const pauseAt of [{}, { steps: 0 }, { steps: 1.5 }, { steps: 1, epochs: 1 }, { epochs: '2' }]) {
      const { code, about } = await failureOf(() => train(folder(), settings, { pauseAt: pauseAt as PauseAt }));
      expect([code, about]).to.deep.equal(['USAGE', 'pauseAt']);
    }
    const failure = await failureOf(() => train(folder(), settings, { pauseAt: { step: 3 } as never }));
    expect(failure.code).to.equal('OPTION_UNKNOWN');
  });
});
