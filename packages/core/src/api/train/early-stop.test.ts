import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeFiles, writeToyProject } from '../../testing/toy-project.js';
import {
  bothConfigs,
  essenceOf,
  forgeIn,
  metricsOf,
  readJsonFile,
  train,
  trainUntil,
  withFlags,
} from '../toy-run.test.support.js';

const common = [...bothConfigs, '--steps', '60', '--report-every', '3', '--eval-every', '2', '--run-name', 'lines'];
const settings = [...common, '--stop-early', 'valid.loss', '--patience', '3'];

describe('--stop-early', () => {
  const folder = useTemporaryFolder();
  beforeEach(() => writeToyProject(folder()));

  /** The run that never stopped, and its step. */
  async function straightRun(argv = settings) {
    const straight = await train(folder(), argv);
    expect(straight.step).to.be.lessThan(60);
    return { straight, expected: await endOf(straight.run, straight.step) };
  }

  async function endOf(run: string, step: number) {
    const { step: at, reason, status, metrics } = await readJsonFile(run, 'run.json');
    const { state, data, metrics: saved } = await readJsonFile(run, 'checkpoints', String(step), 'checkpoint.json');
    return { essence: await essenceOf(run, step), at, reason, status, metrics, state, data, saved };
  }

  it('completes the run once the metric has not improved in so many evaluations, and says so', async () => {
    const { run, step, status, reason } = await train(folder(), settings);
    const losses = (await metricsOf(run)).filter(({ split }) => split === 'valid');
    const values = losses.map(({ values }) => values.loss!);
    const best = values.indexOf(Math.min(...values));
    expect(losses.length).to.equal(best + 4);
    expect(step).to.equal(losses.at(-1)!.step);
    expect(status).to.equal('completed');
    const shown = Number(values[best]!.toPrecision(4));
    expect(reason).to.equal(
      `early stop: valid.loss did not improve on ${shown} (step ${losses[best]!.step}) in 3 evaluations`,
    );
    expect(await readJsonFile(run, 'run.json')).to.deep.include({ status, reason, step });
  });

  it('follows the direction of the address, and the smallest change', async () => {
    const highest = await train(folder(), [...common, '--stop-early', 'valid.loss:max', '--patience', '1']);
    expect(highest.reason).to.match(/^early stop: valid\.loss did not improve on [\d.]+ \(step \d+\) in 1 evaluation$/);
    const picky = await train(folder(), [...settings, '--min-delta', '1000']);
    expect([picky.step, picky.reason]).to.deep.equal([
      8,
      picky.reason!.replace(/\(step \d+\).*/, '(step 2) by 1000 in 3 evaluations'),
    ]);
    const off = await train(folder(), [...common, '--stop-early', 'none']);
    expect([off.step, off.reason]).to.deep.equal([60, null]);
  });

  it('ends at the same step, with the same reason and bits, wherever the run was stopped', async () => {
    const { straight, expected } = await straightRun();
    for (let at = 1; at <= straight.step; at++) {
      await trainUntil(at, folder(), settings);
      const resumed = await train(folder(), ['--resume', 'lines']);
      expect(await endOf(resumed.run, straight.step), `stopped at ${at}`).to.deep.equal(expected);
    }
  }).timeout(60_000);

  it('the same where the process was killed at any step, also with --restore-best', async function () {
    this.timeout(120_000);
    const argv = [...settings, '--restore-best'];
    const { straight, expected } = await straightRun(argv);
    const script = `import { Forge } from '@forge-ml/core';
      const at = Number(process.env.KILL_AT);
      const die = () => process.kill(process.pid, 'SIGKILL');
      await Forge.train(await Forge.config(), { hooks: {
        step: ({ step }) => step === at && process.env.KILL_IN === 'step' && die(),
        checkpoint: ({ step }) => step === at && process.env.KILL_IN === 'checkpoint' && die(),
      } });`;
    await writeFile(join(folder(), 'train.mjs'), script);
    let number = 1;
    for (const [place, at] of [
      ['step', 3],
      ['step', 10],
      ['step', straight.step],
      ['checkpoint', straight.restoredFrom],
      ['checkpoint', straight.step],
    ] as const) {
      const child = spawn(
        process.execPath,
        ['train.mjs', ...argv, '--save-every', '1', '--save-mode', 'sync', '--keep', '2'],
        {
          cwd: folder(),
          stdio: ['ignore', 'ignore', 'inherit'],
          env: { ...process.env, KILL_AT: String(at), KILL_IN: place },
        },
      );
      const [, signal] = await once(child, 'close');
      expect(signal).to.equal('SIGKILL');
      const resumed = await train(folder(), ['--resume', `lines/${++number}`]);
      const end = await endOf(resumed.run, straight.step);
      expect(end, `killed in ${place} ${at}`).to.deep.equal(expected);
    }
  });

  it('--restore-best ends with the tensors and metrics of the best step, whose checkpoint is kept', async () => {
    for (const keep of ['1', '3', 'best:valid.loss']) {
      const result = await train(folder(), [...settings, '--restore-best', '--save-every', '1', '--keep', keep]);
      const { run, step, restoredFrom, metrics } = result;
      expect(restoredFrom).to.be.lessThan(step);
      const [last, best] = [await essenceOf(run, step), await essenceOf(run, restoredFrom!)];
      expect(last.tensors).to.deep.equal(best.tensors);
      const values = (await metricsOf(run)).filter(({ split }) => split === 'valid').map(({ values }) => values.loss!);
      expect(metrics.valid!.loss).to.equal(Math.min(...values));
      const manifest = await readJsonFile(run, 'checkpoints', String(step), 'checkpoint.json');
      expect(manifest).to.deep.include({ step, metrics });
      expect(manifest.state).to.deep.include({ restoredFrom: { step: restoredFrom } });
      const { forge } = forgeIn(folder());
      const loaded = await forge.loadFromCheckpoint(run);
      await loaded.restore();
      expect(loaded.step).to.equal(step);
      await loaded.dispose();
    }
  });

  it('--restore-best restores at the limit too, and not in a run that was stopped', async () => {
    const argv = [...common, '--stop-early', 'valid.loss', '--patience', '100', '--restore-best'];
    const stopped = await trainUntil(30, folder(), argv);
    expect([stopped.status, stopped.restoredFrom]).to.deep.equal(['stopped', null]);
    const ended = await train(folder(), ['--resume', 'lines']);
    expect([ended.status, ended.step, ended.reason]).to.deep.equal(['completed', 60, null]);
    expect(ended.restoredFrom).to.be.lessThan(60);
    const longer = await train(folder(), ['--resume', 'lines', '--steps', '70', '--override']);
    expect(longer.step).to.equal(70);
  });

  it('a resume of a run that stopped early needs more patience, or none', async () => {
    const { straight } = await straightRun();
    for (const argv of [[], ['--steps', '90', '--override']]) {
      const error = await failureOf(() => train(folder(), ['--resume', 'lines', ...argv]));
      expect(error.code).to.equal('RUN_COMPLETED');
      expect(error.message).to.equal(`lines/1 is completed, at step ${straight.step}: ${straight.reason}.`);
      expect(error.hint).to.include('--resume lines/1 --patience 6 --override');
      expect(error.hint).to.include('--stop-early none --override');
    }
    const patient = await train(folder(), ['--resume', 'lines', '--patience', '6', '--override']);
    expect(patient.step).to.be.greaterThan(straight.step);
    const off = await train(folder(), ['--resume', 'lines', '--stop-early', 'none', '--override']);
    expect(off.step).to.equal(60);
  });

  it('refuses what cannot work before anything is written', async () => {
    const noValid = { 'no-valid.ts': (await readFile(join(folder(), 'data.ts'), 'utf8')).replace(/ *valid: .*\n/, '') };
    await writeFiles(folder(), noValid);
    for (const [argv, code, message, data = 'data.ts'] of [
      [
        ['--stop-early', 'valid.score'],
        'METRIC_INVALID',
        /valid\.score is not available: the model does not report it/,
      ],
      [['--stop-early', 'train.loss'], 'METRIC_INVALID', /evaluations report valid metrics only/],
      [['--stop-early', 'loss'], 'FLAG_INVALID', /--stop-early "loss" does not name a metric/],
      [['--patience', '3'], 'USAGE', /--patience has no effect without --stop-early/],
      [['--stop-early', 'none', '--patience', '3'], 'USAGE', /^--patience has no effect with --stop-early none\.$/],
      [['--stop-early', 'none', '--restore-best'], 'USAGE', /--restore-best has no effect with --stop-early none/],
      [['--min-delta', '0.1'], 'USAGE', /--min-delta has no effect without --stop-early/],
      [['--restore-best'], 'USAGE', /--restore-best has no effect without --stop-early/],
      [['--stop-early', 'valid.loss', '--patience', '0'], 'FLAG_INVALID', /patience/],
      [
        ['--stop-early', 'valid.loss'],
        'METRIC_INVALID',
        /--stop-early valid\.loss is not available: there is no validation data/,
        'no-valid.ts',
      ],
    ] as const) {
      const error = await failureOf(() => train(folder(), withFlags(common, ['--data-config', data, ...argv])));
      expect(error.code, argv.join(' ')).to.equal(code);
      expect(error.message).to.match(message).and.not.include('\n');
      expect(error.hint).to.be.a('string');
      expect(existsSync(join(folder(), 'results'))).to.equal(false);
    }
  });

  it('none overrides what a weaker source sets, but not what is given with it, in a resume and a rerun too', async () => {
    await writeFile(
      join(folder(), 'forge.config.ts'),
      "export default { stopEarly: 'valid.loss', patience: 1, restoreBest: true };\n",
    );
    expect((await train(folder(), [...common, '--stop-early', 'none'])).step).to.equal(60);
    const refused = await failureOf(() => train(folder(), [...common, '--stop-early', 'none', '--patience', '2']));
    expect(refused.message).to.equal('--patience has no effect with --stop-early none.');
    const more = ['--resume', 'lines', '--steps', '62', '--override'];
    const resumed = await failureOf(() => train(folder(), [...more, '--min-delta', '0.5']));
    expect(resumed.message).to.equal('--min-delta has no effect with --stop-early none.');
    expect((await train(folder(), more)).step).to.equal(62);
    const { forge } = forgeIn(folder());
    const rerun = await failureOf(() => forge.rerun('lines', { set: { minDelta: 0.5 } }));
    expect(rerun.message).to.equal('--min-delta has no effect with --stop-early none.');
    await using again = await forge.rerun('lines');
    expect(again.values.stopEarly).to.equal('none');
  });

  it('takes the direction that the model declares', async () => {
    const model = await readFile(join(folder(), 'model.ts'), 'utf8');
    await writeFile(
      join(folder(), 'model.ts'),
      model.replace("kind: 'toy',", "kind: 'toy', metrics: { loss: { direction: 'max' } },"),
    );
    const { reason } = await train(folder(), [...common, '--stop-early', 'valid.loss', '--patience', '1']);
    expect(reason).to.match(/^early stop/);
    const { step } = await train(folder(), [...common, '--stop-early', 'valid.loss:min', '--patience', '20']);
    expect(step).to.be.greaterThan(20);
  });
});
