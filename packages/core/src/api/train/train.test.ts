import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeToyProject } from '../../testing/toy-project.js';
import {
  abortedAtStart,
  bothConfigs,
  forgeIn,
  metricsOf,
  readJsonFile,
  train,
  trainUntil,
  withFlags,
} from '../toy-run.test.support.js';

describe('Forge.train', () => {
  const folder = useTemporaryFolder();
  beforeEach(() => writeToyProject(folder()));

  it('leaves a run folder that says all about the run', async () => {
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', folder(), '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args]);
    git('init', '-q');
    git('add', 'package.json', 'model.ts');
    git('commit', '-q', '-m', 'first');
    const result = await train(folder(), [
      ...bothConfigs,
      '--run-name',
      'lines',
      '--steps',
      '12',
      '--hidden=4',
      '--seed',
      '3',
    ]);

    const run = join(folder(), 'results', 'lines', '1');
    expect(result).to.deep.include({ run, experiment: 'lines', number: 1, status: 'completed', step: 12, epoch: 2 });
    expect(result.checkpoint).to.equal(join(run, 'checkpoints', '12'));
    expect(result.metrics.train!.loss).to.be.a('number');
    expect(result.metrics.valid!.loss).to.be.a('number');
    const [events, ...others] = (await readdir(run)).sort(
      (a, b) => Number(b.startsWith('events')) - Number(a.startsWith('events')),
    );
    expect(events).to.match(/^events\.out\.tfevents\./);
    expect(others.sort()).to.deep.equal([
      'checkpoints',
      'code',
      'code.json',
      'console.log',
      'flags.json',
      'git.diff',
      'metrics.jsonl',
      'run.json',
    ]);

    const record = await readJsonFile(run, 'run.json');
    expect(record).to.deep.include({
      formatVersion: 2,
      experiment: 'lines',
      number: 1,
      status: 'completed',
      reason: null,
      step: 12,
      epoch: 2,
      directory: folder(),
      backend: { name: 'toy', package: 'toy-plugin', version: '1.0.0' },
      batch: { x: { dtype: 'float32', shape: [4, 2] }, y: { dtype: 'float32', shape: [4, 1] } },
      metrics: result.metrics,
      resumes: [],
    });
    expect(record.git)
      .to.include({ dirty: true })
      .and.to.have.property('commit')
      .that.matches(/^[0-9a-f]{40}$/);
    expect(await readFile(join(run, 'git.diff'), 'utf8'))
      .to.include('data.ts')
      .and.not.include('results');
    const { flags } = (await readJsonFile(run, 'flags.json')) as unknown as { flags: Record<string, object> };
    expect(flags.hidden).to.deep.equal({ value: 4, source: 'command line' });
    expect(flags.momentum).to.deep.equal({ value: 0.9, source: 'default' });
    expect((await readdir(join(run, 'code'))).sort()).to.deep.equal([
      'data.ts',
      'model.ts',
      'package.json',
      'points.ts',
      'sizes.json',
    ]);
    const reports = (await metricsOf(run)).map(({ step, split, epoch }) => `${step} ${split} ${epoch}`);
    expect(reports).to.deep.equal(['1 train 0', '5 valid 0', '10 train 1', '10 valid 1', '12 train 2', '12 valid 2']);
  });

  it('numbers runs of an experiment, named after the configs where no name is given', async () => {
    for (const number of [1, 2]) {
      const result = await train(folder(), [...bothConfigs, '--steps', '1']);
      expect([result.experiment, result.number]).to.deep.equal([result.run.split('/').at(-2), number]);
      expect(result.experiment).to.match(/^forge-test-/);
    }
  });

  it('keeps and saves as its flags say', async () => {
    const { run } = await train(folder(), [
      ...bothConfigs,
      '--steps',
      '12',
      '--save-every',
      '2',
      '--keep',
      '2,every:6',
    ]);
    expect((await readdir(join(run, 'checkpoints'))).map(Number).sort((a, b) => a - b)).to.deep.equal([6, 10, 12]);
  });

  it('copies the console to console.log, while the run lasts', async () => {
    const model = `export const load = () => { return { kind: 'toy', inputs: 'x', targets: 'y', learningRate: 0.1 }; };`;
    await writeToyProject(folder(), { 'model.ts': model });
    const hooks = { start: () => void process.stdout.write('from a hook\n') };
    const { run } = await train(folder(), [...bothConfigs, '--steps', '1'], { hooks });
    expect(await readFile(join(run, 'console.log'), 'utf8')).to.equal('from a hook\n');
  });

  it('stops in order when its AbortSignal is aborted: in a step, before the first one, and in load', async () => {
    const stop = new AbortController();
    const hooks = { step: ({ step }: { step: number }) => step === 7 && stop.abort('enough') };
    const result = await train(folder(), [...bothConfigs, '--epochs', '9'], { signal: stop.signal, hooks } as never);
    expect(result).to.include({ status: 'stopped', step: 7 });
    expect(result.checkpoint).to.equal(join(result.run, 'checkpoints', '7'));
    expect(await readJsonFile(result.run, 'run.json')).to.include({ status: 'stopped', reason: 'enough', step: 7 });

    const early = await train(folder(), [...bothConfigs, '--epochs', '9'], abortedAtStart());
    expect(await readJsonFile(early.run, 'run.json')).to.include({ status: 'stopped', reason: 'aborted', step: 0 });

    const argv = [...bothConfigs, '--epochs', '9', '--run-name', 'none'];
    const error = await failureOf(() => train(folder(), argv, { signal: AbortSignal.abort('too late') }));
    expect([error.code, error.message]).to.deep.equal(['STOPPED', 'Stopped: too late.']);
    expect(existsSync(join(folder(), 'results/none'))).to.equal(false);
  });

  it('ends as stopped, with a checkpoint of the step it was at, when asked to stop', async () => {
    const result = await trainUntil(7, folder(), [...bothConfigs, '--steps', '40']);
    expect(result).to.include({ status: 'stopped', step: 7, epoch: 1 });
    expect(result.checkpoint).to.equal(join(result.run, 'checkpoints', '7'));
    expect(await readJsonFile(result.run, 'run.json')).to.include({ status: 'stopped', reason: 'SIGTERM', step: 7 });
  });

  it('ends as failed when the loss is no number, and keeps the last good checkpoint', async () => {
    const argv = [
      ...bothConfigs,
      '--steps',
      '40',
      '--save-every',
      '1',
      '--learning-rate',
      '1e12',
      '--run-name',
      'diverged',
    ];
    const error = await failureOf(() => train(folder(), argv));
    expect(error.code).to.equal('LOSS_NOT_FINITE');
    const run = join(folder(), 'results/diverged/1');
    const record = await readJsonFile(run, 'run.json');
    expect(record).to.include({ status: 'failed', reason: error.message });
    const steps = (await readdir(join(run, 'checkpoints'))).map(Number);
    expect(Math.max(...steps)).to.be.greaterThan(0);
    const { forge } = forgeIn(folder());
    const loaded = await forge.loadFromCheckpoint(run);
    await loaded.restore();
    expect(loaded.step).to.equal(Math.max(...steps));
    await loaded.dispose();
  });

  it('tells hooks how it goes and how it ended, whichever way', async () => {
    const ends: unknown[] = [];
    const seen: string[] = [];
    const hooks = {
      report: ({ step, split }: { step: number; split: string }) => void seen.push(`${step} ${split}`),
      checkpoint: ({ step }: { step: number }) => void seen.push(`${step} saved`),
      end: ({ status, progress, metrics }: { status: string; progress: { step: number }; metrics: object }) =>
        void ends.push([status, progress.step, Object.keys(metrics)]),
    };
    await train(folder(), [...bothConfigs, '--steps', '2'], { hooks });
    expect(seen).to.deep.equal(['1 train', '2 train', '2 valid', '2 saved']);
    const { signal, onRun } = abortedAtStart();
    await train(folder(), [...bothConfigs, '--steps', '2'], { hooks, signal, onRun });
    const argv = [...bothConfigs, '--steps', '40', '--report-every', '1', '--learning-rate', '1e30'];
    await failureOf(() => train(folder(), argv, { hooks }));
    expect(ends.slice(0, 2)).to.deep.equal([
      ['completed', 2, ['train', 'valid']],
      ['stopped', 0, []],
    ]);
    expect((ends[2] as unknown[])[0]).to.equal('failed');
    expect(ends).to.have.length(3);
  });

  const mistakes: Record<string, [string[], Record<string, string>, string]> = {
    'an unknown flag': [['--hiden', '3'], {}, 'FLAG_UNKNOWN'],
    'a wrong type': [['--hidden', 'many'], {}, 'FLAG_INVALID'],
    'a bad --save-every': [['--save-every', 'often'], {}, 'FLAG_INVALID'],
    'a bad --keep': [['--keep', 'some'], {}, 'FLAG_INVALID'],
    'a bad --run-name': [['--run-name', '../up'], {}, 'FLAG_INVALID'],
    'a missing config': [['--model-config', 'nope.ts'], {}, 'CONFIG_NOT_FOUND'],
    'an unknown backend': [['--backend', 'numeric'], {}, 'BACKEND_NOT_FOUND'],
    'an unusable engine': [['--engine', 'broken'], {}, 'ENGINE_UNUSABLE'],
    'a load that throws': [
      [],
      { 'data.ts': 'export const load = () => { throw new Error("no glue"); };' },
      'CONFIG_FAILED',
    ],
    'data that is none': [[], { 'data.ts': 'export const load = () => ({ train: [1, 2] });' }, 'CONFIG_INVALID'],
    'data that is null': [[], { 'data.ts': 'export const load = () => null;' }, 'CONFIG_INVALID'],
    'data that is empty': [['--examples', '0'], {}, 'DATA_INVALID'],
    'data that is not batched': [
      [],
      {
        'data.ts': `import { fromArrays } from '@forge-ml/core'; export const load = () => ({ train: fromArrays({ x: [[1], [2]], y: [1, 2] }) });`,
      },
      'DATA_INVALID',
    ],
    'a model that is none': [[], { 'model.ts': 'export const load = () => 42;' }, 'MODEL_INVALID'],
    'a model for other data': [
      [],
      { 'model.ts': `export const load = () => ({ kind: 'toy', inputs: 'pixels', targets: 'y', learningRate: 1 });` },
      'MODEL_INVALID',
    ],
    'a metric without a known direction': [['--keep', '2,best:valid.score'], {}, 'METRIC_INVALID'],
    'a metric of a split that training does not report': [['--keep', 'best:vald.loss'], {}, 'METRIC_INVALID'],
    'a metric of validation data that are missing': [
      ['--keep', 'best:valid.loss'],
      {
        'data.ts': `import { fromArrays } from '@forge-ml/core'; export const load = () => ({ train: fromArrays({ x: [[1, 2]], y: [[1]] }).batch(1) });`,
      },
      'METRIC_INVALID',
    ],
    'a declaration of a metric that is none': [
      [],
      {
        'model.ts': `export const load = () => ({ kind: 'toy', inputs: 'x', targets: 'y', learningRate: 0.1, metrics: { loss: 'min' } });`,
      },
      'MODEL_INVALID',
    ],
    'an import that cannot be followed': [
      [],
      { 'model.ts': `export const load = (name: string) => import(name);` },
      'CODE_UNTRACEABLE',
    ],
    'a flag that is the command line’s own': [
      [],
      {
        'model.ts': `import { flag } from '@forge-ml/core'; export const flags = { override: flag.float(1, 'x') }; export const load = () => 1;`,
      },
      'FLAG_CONFLICT',
    ],
  };
  for (const [title, [argv, files, code]] of Object.entries(mistakes)) {
    it(`leaves nothing behind after ${title}`, async () => {
      await writeToyProject(folder(), files);
      const error = await failureOf(() => train(folder(), withFlags([...bothConfigs, '--steps', '2'], argv)));
      expect(error.code).to.equal(code);
      expect(error.message).to.not.include('\n');
      const results = join(folder(), 'results');
      expect(existsSync(results) ? await readdir(results, { recursive: true }) : []).to.deep.equal([]);
    });
  }

  it('names the shapes of data and model that do not fit', async () => {
    const model = `export const load = () => ({ kind: 'toy', inputs: 'pixels', targets: 'y', learningRate: 1 });`;
    await writeToyProject(folder(), { 'model.ts': model });
    const error = await failureOf(() => train(folder(), bothConfigs));
    expect(error.message).to.equal('The model reads "pixels"; the batch has x float32[4, 2], y float32[4, 1].');
  });

  it('refuses, before anything is written, that --keep judges by a metric that the model does not report', async () => {
    const text = await readFile(join(folder(), 'data.ts'), 'utf8');
    await writeFile(join(folder(), 'no-valid.ts'), text.replace(/ *valid: .*\n/, ''));
    for (const [split, data] of [
      ['valid', 'data.ts'],
      ['train', 'data.ts'],
      ['train', 'no-valid.ts'],
    ] as const) {
      const keep = ['--data-config', data, '--keep', `best:${split}.los:min`];
      const error = await failureOf(() => train(folder(), withFlags([...bothConfigs, '--steps', '2'], keep)));
      expect([error.code, error.about]).to.deep.equal(['METRIC_INVALID', `${split}.los`]);
      expect(error.hint).to.equal(`Did you mean ${split}.loss?`);
      expect(existsSync(join(folder(), 'results'))).to.equal(false);
    }
  });

  it('writes into run.json which way each metric is better: as declared, else as its name says', async () => {
    const model = (metrics: string) =>
      `export const load = () => ({ kind: 'toy', inputs: 'x', targets: 'y', learningRate: 0.05, metrics: ${metrics} });`;
    const directionsOf = async (metrics: string) => {
      await writeToyProject(folder(), { 'model.ts': model(metrics) });
      const { run } = await train(folder(), [...bothConfigs, '--steps', '12']);
      return (await readJsonFile(run, 'run.json')).directions;
    };
    expect(await directionsOf('{}')).to.deep.equal({ 'train.loss': 'min', 'valid.loss': 'min' });
    const declared = await directionsOf("{ loss: { direction: 'max' } }");
    expect(declared).to.deep.equal({ 'train.loss': 'max', 'valid.loss': 'max' });
  });

  it('writes into run.json the best value of each metric whose direction is known', async () => {
    const { run } = await train(folder(), [...bothConfigs, '--steps', '12', '--report-every', '3']);
    const { best, metrics, directions } = await readJsonFile(run, 'run.json');
    const records = (await readFile(join(run, 'metrics.jsonl'), 'utf8')).trim().split('\n');
    const losses = records.map((line) => JSON.parse(line)).filter(({ split }) => split === 'train');
    const lowest = Math.min(...losses.map(({ values }) => values.loss));
    const { step } = losses.find(({ values }) => values.loss === lowest);
    expect(best).to.have.all.keys(Object.keys(metrics as object));
    expect((best as { train: object }).train).to.deep.equal({ loss: { value: lowest, step } });
    expect(directions).to.have.property('train.loss', 'min');
  });

  it('calls hooks that are methods of a class', async () => {
    class Listener {
      readonly heard: string[] = [];
      start() {
        this.heard.push('start');
      }
      checkpoint() {
        this.heard.push('checkpoint');
      }
      end() {
        this.heard.push('end');
      }
    }
    const hooks = new Listener();
    await train(folder(), [...bothConfigs, '--steps', '5'], { hooks });
    expect(hooks.heard).to.deep.equal(['start', 'checkpoint', 'end']);
  });
});
