import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { inFolder } from './folder.js';
import { forge } from './forge-process.js';

const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];

describe('forge train', () => {
  it('prints its engine, progress and end in plain lines when piped', () =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const { status, stdout, stderr } = await forge(['train', ...configs, '--run-name', 'line', '--steps', '12'], {
        cwd,
      });
      expect([status, stderr]).to.deep.equal([0, '']);
      const lines = stdout.trim().split('\n');
      expect(lines[0]).to.equal('line/1  results/line/1');
      expect(lines[1]).to.match(/^toy, engine \S+ on \S+$/);
      expect(stdout).to.match(/^step 1\/12 {2}epoch 1 {2}loss \d/m);
      expect(stdout).to.match(/^step 5\/12 {2}valid {2}loss \d/m);
      expect(stdout).to.match(/^step 12\/12 {2}saved results\/line\/1\/checkpoints\/12$/m);
      expect(lines.at(-4)).to.match(/^Completed at step 12 after 0:\d\d\.$/);
      expect(lines.at(-3)).to.match(/^train {2}loss \d/);
      expect(lines.at(-2)).to.match(/^valid {2}loss \d/);
      expect(lines.at(-1)).to.equal('results/line/1');
      expect(stdout).not.to.include('\u001b').and.not.to.include('\r');
    }));

  it('prints one object with --json, whatever the configs print', () =>
    inFolder(async (cwd) => {
      const { model } = await writeToyProject(cwd);
      await forge(['version'], { cwd });
      const noisy = `${await readFile(model, 'utf8')}\nconsole.log('from the config');\n`;
      await writeToyProject(cwd, { 'model.ts': noisy });
      const words = ['train', ...configs, '--run-name', 'line', '--steps', '7', '--json'];
      const { status, stdout, stderr } = await forge(words, { cwd });
      expect(status).to.equal(0);
      expect(stderr).to.include('from the config');
      const { metrics, ...result } = JSON.parse(stdout);
      expect(result).to.deep.equal({
        run: join(cwd, 'results', 'line', '1'),
        experiment: 'line',
        number: 1,
        status: 'completed',
        reason: null,
        step: 7,
        epoch: 1,
        paused: false,
        restoredFrom: null,
        profile: null,
        memory: null,
        checkpoint: join(cwd, 'results', 'line', '1', 'checkpoints', '7'),
      });
      expect(metrics.train.loss).to.be.a('number');
      expect(metrics.valid.loss).to.be.a('number');
    }));

  it('accepts three spellings of a flag, and settings from forge.config.ts', () =>
    inFolder(async (cwd) => {
      const project = { backend: 'toy', dataConfig: 'data.ts', modelConfig: 'model.ts', steps: 3, learning_rate: 0.01 };
      await writeToyProject(cwd, { 'forge.config.ts': `export default ${JSON.stringify(project)};\n` });
      const words = ['train', '--run_name', 'line', '--batchSize=5', '--learning-rate', '0.02', '--json'];
      const { status, stderr } = await forge(words, { cwd });
      expect([status, stderr]).to.deep.equal([0, '']);
      const { flags } = JSON.parse(await readFile(join(cwd, 'results', 'line', '1', 'flags.json'), 'utf8'));
      expect(flags.batchSize).to.deep.equal({ value: 5, source: 'command line' });
      expect(flags.learningRate).to.deep.equal({ value: 0.02, source: 'command line' });
      expect(flags.steps).to.deep.equal({ value: 3, source: 'project file' });
    }));

  it('fails a run whose loss is not finite, with status 1, and keeps the run', () =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const words = ['train', ...configs, '--run-name', 'line', '--steps', '400', '--learning-rate', '1e30'];
      const { status, stdout, stderr } = await forge(words, { cwd });
      expect(status).to.equal(1);
      expect(stderr).to.match(/^line\/1 failed; nothing was saved\nError: loss became \S+ at step \d+\.\n {2}→ /);
      expect(stdout).not.to.include('Completed');
      const record = JSON.parse(await readFile(join(cwd, 'results', 'line', '1', 'run.json'), 'utf8'));
      expect([record.status, record.reason]).to.deep.equal(['failed', stderr.split('\n')[1]!.replace('Error: ', '')]);
    }));

  it('prints what a warm start used, which runs show and runs diff show too', () =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const train = (...words: string[]) => forge(['train', ...configs, '--steps', '4', ...words], { cwd });
      expect((await train('--run-name', 'first')).stdout).to.not.include('Initialized');
      const tuned = await train('--run-name', 'tuned', '--init-from', 'first', '--hidden', '5');
      expect(tuned.stdout.split('\n')[2]).to.equal('Initialized 2 of 5 parameters from first/1, step 4.');
      const resumed = await forge(['train', '--resume', 'tuned', '--steps', '5', '--override'], { cwd });
      expect(resumed.stdout).to.include('resumed at step 4').and.not.include('Initialized');
      const shown = await forge(['runs', 'show', 'tuned'], { cwd });
      expect(shown.stdout).to.match(/^ {2}initialized +first\/1, step 4 {2}2 of 5 parameters$/m);
      const diff = await forge(['runs', 'diff', 'first', 'tuned'], { cwd });
      expect(diff.stdout).to.match(/initial parameters .*first\/1@4/);
    }));

  it('ends with the table of a profile, and does not show gradients and the machine as results', () =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const words = ['train', ...configs, '--run-name', 'line', '--steps', '12', '--profile', '10'];
      const measured = [...words, '--log-gradients', '3', '--system-metrics', '0.5'];
      const { status, stdout, stderr } = await forge(measured, { cwd });
      expect([status, stderr]).to.deep.equal([0, '']);
      expect(stdout).to.match(/\n\nPROFILE +SECONDS +SHARE\ndata +\d/);
      expect(stdout.trimEnd().split('\n').at(-1)).to.equal(
        'The trace is results/line/1/profile.json: open it with ui.perfetto.dev.',
      );
      expect(stdout).to.match(/^10 steps in \d+\.\d{3} seconds\.$/m);
      expect(stdout).to.not.match(/norm|cpu\./);
      const listed = await forge(['runs'], { cwd });
      expect(listed.stdout).to.not.match(/gradients|system|norm/i);
      const curve = await forge(['runs', 'plot', 'gradients.norm', 'line', '--json'], { cwd });
      expect(JSON.parse(curve.stdout).runs[0].curves[0].values).to.equal(4);
    }));
});
