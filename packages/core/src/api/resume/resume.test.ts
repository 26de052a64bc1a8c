import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { installToyPlugin, writeFiles, writeToyProject } from '../../testing/toy-project.js';
import { bothConfigs, essenceOf, forgeIn, readJsonFile, train, trainUntil } from '../toy-run.test.support.js';

const settings = [...bothConfigs, '--steps', '23', '--report-every', '3', '--eval-every', '4', '--run-name', 'lines'];

describe('--resume', () => {
  const folder = useTemporaryFolder();
  beforeEach(() => writeToyProject(folder()));

  it('ends with the same bits and metrics as a run that never stopped, wherever it stopped', async () => {
    const straight = await train(folder(), settings);
    const expected = await essenceOf(straight.run, 23);
    // 5 and 10 are ends of epochs; a stop at 1 comes before the first evaluation.
    for (const at of [1, 4, 5, 9, 10, 17, 22]) {
      const stopped = await trainUntil(at, folder(), settings);
      const resumed = await train(folder(), ['--resume', 'lines']);
      expect([resumed.run, resumed.status, resumed.step]).to.deep.equal([stopped.run, 'completed', 23]);
      const { metrics, tensors } = await essenceOf(resumed.run, 23);
      expect(metrics, `stopped at ${at}`).to.deep.equal(expected.metrics);
      expect(
        tensors.every((bytes, index) => bytes.equals(expected.tensors[index]!)),
        `stopped at ${at}`,
      ).to.equal(true);
      const record = await readJsonFile(resumed.run, 'run.json');
      expect(record).to.deep.include({ status: 'completed', reason: null, metrics: straight.metrics });
      expect((record.resumes as { step: number }[]).map(({ step }) => step)).to.deep.equal([at]);
    }
  });

  it('has the best values of the steps it keeps, not of discarded ones', async () => {
    const straight = await train(folder(), settings);
    const { best } = await readJsonFile(straight.run, 'run.json');
    expect(best).to.have.nested.property('valid.loss.step');
    const { run } = await trainUntil(10, folder(), [...settings, '--save-every', '4', '--keep', 'all']);
    await rm(join(run, 'checkpoints/10'), { recursive: true });
    const record = await readJsonFile(run, 'run.json');
    const lower = { value: -1, step: 9 };
    const changed = { ...record, best: { train: { loss: lower }, valid: { loss: lower } } };
    await writeFile(join(run, 'run.json'), JSON.stringify(changed));
    const line = '{"step":9,"epoch":1,"time":1,"split":"valid","values":{"loss":-1}}\n';
    await appendFile(join(run, 'metrics.jsonl'), line);
    await train(folder(), ['--resume', 'lines']);
    expect((await readJsonFile(run, 'run.json')).best).to.deep.equal(best);
  });

  it('can stop and resume repeatedly', async () => {
    const expected = await essenceOf((await train(folder(), settings)).run, 23);
    const { run } = await trainUntil(3, folder(), settings);
    for (const at of [4, 10, 16]) await trainUntil(at, folder(), ['--resume', 'lines']);
    await train(folder(), ['--resume']);
    expect(await essenceOf(run, 23)).to.deep.equal(expected);
  });

  it('continues from the last checkpoint of a killed process, and truncates what came after it', async function () {
    this.timeout(60_000);
    const expected = await essenceOf((await train(folder(), [...settings, '--save-every', '4'])).run, 23);
    const argv = [...settings, '--save-every', '4', '--ms-per-step', '15'];
    const script = `import { Forge } from '@forge-ml/core';
      await Forge.train(await Forge.config(), { hooks: { step: ({ step }) => console.log(step) } });`;
    await writeFile(join(folder(), 'train.mjs'), script);
    const child = spawn(process.execPath, ['train.mjs', ...argv], {
      cwd: folder(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (/^10$/m.test(text)) child.kill('SIGKILL');
    });
    const [, signal] = await once(child, 'close');
    expect(signal).to.equal('SIGKILL');
    const run = join(folder(), 'results/lines/2');
    expect((await readJsonFile(run, 'run.json')).status).to.equal('running');

    const resumed = await train(folder(), ['--resume', 'lines/2', '--ms-per-step', '0', '--override']);
    expect(await essenceOf(resumed.run, 23)).to.deep.equal(expected);
    expect((await readJsonFile(run, 'run.json')).resumes).to.have.length(1);
  });

  it('needs neither the project nor its folder: the run stores its code', async () => {
    const expected = await essenceOf((await train(folder(), settings)).run, 23);
    const { run } = await trainUntil(9, folder(), settings);
    for (const name of ['data.ts', 'model.ts', 'points.ts', 'sizes.json', 'package.json'])
      await rm(join(folder(), name));
    const elsewhere = join(folder(), 'elsewhere');
    await writeFiles(elsewhere, { 'package.json': '{ "dependencies": { "toy-plugin": "*" } }' });
    await installToyPlugin(elsewhere);
    await train(elsewhere, ['--resume', run]);
    expect(await essenceOf(run, 23)).to.deep.equal(expected);
  });

  it('resumes a run whose folder was renamed under its original name', async () => {
    const expected = await essenceOf((await train(folder(), settings)).run, 23);
    const { run } = await trainUntil(9, folder(), settings);
    await mkdir(join(folder(), 'kept'));
    await rename(run, join(folder(), 'kept/best'));
    const resumed = await train(folder(), ['--resume', 'kept/best']);
    expect(resumed).to.include({ run: join(folder(), 'kept/best'), experiment: 'lines', number: 2, step: 23 });
    expect(await essenceOf(resumed.run, 23)).to.deep.equal(expected);
  });

  it('starts from step 0 where nothing was saved', async () => {
    const expected = await essenceOf((await train(folder(), settings)).run, 23);
    const { run } = await trainUntil(9, folder(), settings);
    await rm(join(run, 'checkpoints'), { recursive: true });
    const { forge, warnings } = forgeIn(folder(), ['--resume', 'lines']);
    await forge.train(await forge.config());
    expect(await essenceOf(run, 23)).to.deep.equal(expected);
    expect(warnings.join('\n')).to.include('lines/2 has no checkpoint, though it was at step 9');
  });

  it('skips a corrupt checkpoint for the latest valid one, with a warning', async () => {
    const expected = await essenceOf((await train(folder(), [...settings, '--save-every', '4'])).run, 23);
    const { run } = await trainUntil(14, folder(), [...settings, '--save-every', '4']);
    const parameters = join(run, 'checkpoints/14/parameters.safetensors');
    await writeFile(parameters, (await readFile(parameters)).subarray(0, -3));
    const { forge, warnings } = forgeIn(folder(), ['--resume', 'lines']);
    await forge.train(await forge.config());
    expect(warnings.join('\n')).to.match(/Skipped corrupt checkpoint 14: /);
    expect((await readJsonFile(run, 'run.json')).resumes).to.have.nested.property('[0].step', 12);
    expect(await essenceOf(run, 23)).to.deep.equal(expected);
  });

  it('changes nothing in the run where a resume fails', async () => {
    const { run } = await trainUntil(9, folder(), settings);
    const before = await readJsonFile(run, 'run.json');
    await appendFile(join(run, 'metrics.jsonl'), 'no record\n');
    const error = await failureOf(() => train(folder(), ['--resume', 'lines']));
    expect([error.code, error.about]).to.deep.equal(['RUN_INVALID', join(run, 'metrics.jsonl')]);
    expect(await readJsonFile(run, 'run.json')).to.deep.equal(before);
  });

  it('lists the runs where there is nothing to resume', async () => {
    const none = await failureOf(() => train(folder(), ['--resume']));
    expect(none.code).to.equal('RUN_NOT_FOUND');
    await trainUntil(2, folder(), settings);
    const near = await failureOf(() => train(folder(), ['--resume', 'line']));
    expect([near.code, near.hint?.includes('lines')]).to.deep.equal(['RUN_NOT_FOUND', true]);
    expect((await failureOf(() => train(folder(), ['--resume', 'lines/2']))).code).to.equal('RUN_NOT_FOUND');
  });

  it('refuses a run whose files were altered, naming the file', async () => {
    const { run } = await trainUntil(9, folder(), settings);
    for (const [file, code] of [
      ['run.json', 'RUN_INVALID'],
      ['flags.json', 'RUN_INVALID'],
      ['code.json', 'CODE_ALTERED'],
      ['code/points.ts', 'CODE_ALTERED'],
    ] as const) {
      const path = join(run, file);
      const valid = await readFile(path);
      await appendFile(path, '\n]');
      const error = await failureOf(() => train(folder(), ['--resume', 'lines']));
      expect([file, error.code]).to.deep.equal([file, code]);
      expect(error.message).to.include(path);
      await writeFile(path, valid);
    }
    expect((await readJsonFile(run, 'run.json')).status).to.equal('stopped');
  });

  it('ignores foreign files', async () => {
    const expected = await essenceOf((await train(folder(), settings)).run, 23);
    const { run } = await trainUntil(9, folder(), settings);
    await writeFiles(run, {
      'notes.txt': 'mine',
      'checkpoints/best/x': '',
      'checkpoints/99/y': '',
      'checkpoints/.DS_Store': '',
    });
    await writeFiles(folder(), { 'results/lines/readme.md': '', 'results/lines/77/stray.txt': '' });
    await train(folder(), ['--resume', 'lines']);
    const { metrics } = await essenceOf(run, 23);
    expect(metrics).to.deep.equal(expected.metrics);
    expect(await readdir(run)).to.include('notes.txt');
  });

  it('warns where the engine is not that of the run', async () => {
    const { run } = await trainUntil(9, folder(), settings);
    const record = await readJsonFile(run, 'run.json');
    const engine = { ...(record.engine as object), versions: { 'toy-engine': '0.9.0' } };
    await writeFile(join(run, 'run.json'), JSON.stringify({ ...record, engine }));
    const { forge, warnings } = forgeIn(folder(), ['--resume', 'lines']);
    await forge.train(await forge.config());
    expect(warnings.join('\n')).to.include('toy-engine 0.9.0').and.include('toy-engine 1.0.0');
  });
});
