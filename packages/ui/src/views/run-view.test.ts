import { mkdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { runView } from './run-view.js';
import { changeJson, changeRun, trainAgain, trainToy, useFolder, viewedRun } from './trained-run.test.support.js';

const format1 = fileURLToPath(new URL('../../../../test/fixtures/format-1', import.meta.url));

describe('runView', () => {
  const folder = useFolder();

  it('has the facts of a run that was trained', async () => {
    const run = await trainToy(folder(), ['--steps', '6', '--save-every', '3', '--hidden', '2']);
    const view = await runView(run);
    expect(view).to.include({
      label: 'toy/1',
      status: 'completed',
      step: 6,
      totalSteps: 6,
      damage: null,
      reason: null,
    });
    expect(view.flags[0]).to.include({ isDefault: false });
    expect(view.flags.find(({ name }) => name === 'hidden')).to.deep.include({ value: 2, source: 'command line' });
    const loss = view.metrics.find(({ address }) => address === 'valid.loss')!;
    expect(loss).to.include({ split: 'valid', name: 'loss', direction: 'min' });
    expect(loss.best!.value).to.be.at.most(loss.last!);
    expect(view.checkpoints.map(({ step, state }) => [step, state])).to.deep.equal([
      [3, 'unverified'],
      [6, 'unverified'],
    ]);
    expect(view.checkpoints.flatMap(({ bestBy }) => bestBy)).to.include('valid.loss');
    expect(view.checkpoints[0]!.bytes).to.be.greaterThan(100);
    expect(view.parameters.map(({ count }) => count).every((count) => count > 0)).to.equal(true);
    expect(view.parameters.find(({ shape }) => shape.includes(2))).to.include({ dtype: 'float32' });
    expect(view.code.versions).to.have.length(1);
    expect(view.code.versions[0]!.files.map(({ path }) => path)).to.include.members(['data.ts', 'model.ts']);
    expect(view.environment.map(({ title }) => title)).to.include.members(['Engine', 'Versions', 'Host', 'Start']);
    expect(view.log).to.be.a('number');
    expect(view.commands.map(({ title }) => title)).to.deep.equal([
      'Train further',
      'Evaluate',
      'Export',
      'Train again',
      'Write its code',
      'Check its files',
    ]);
    expect(view.commands[0]!.command).to.equal(
      `forge train --resume toy/1 --results-dir ${join(folder(), 'results')} --steps 12 --override`,
    );
  });

  it('names every metric of a long run, with the last values, without reading all of it', async () => {
    const run = await trainToy(folder(), ['--steps', '2']);
    const line = (step: number, split: string, name: string) =>
      `{"step":${step},"epoch":0,"time":1,"split":"${split}","values":{"${name}":${step}}}\n`;
    const lines = [line(1, 'once', 'early')];
    for (let step = 1; step <= 30_000; step++) lines.push(line(step, 'system', 'cpu'));
    await changeRun(run, { 'metrics.jsonl': lines.join('') });
    const { metrics, step } = await runView(run);
    expect(metrics.map(({ address }) => address)).to.include.members(['once.early', 'system.cpu', 'train.loss']);
    expect(metrics.find(({ address }) => address === 'system.cpu')!.last).to.equal(30_000);
    expect(metrics.find(({ address }) => address === 'once.early')!.last).to.equal(null);
    expect(step).to.equal(30_000);
  });

  it('reads a run of format 1', async () => {
    const view = await runView(viewedRun(format1, 'onnx', 1));
    expect(view).to.include({ status: 'completed', step: 6, damage: null });
    expect(view.checkpoints.map(({ step }) => step)).to.deep.equal([3, 6]);
    expect(view.parameters).to.not.have.length(0);
    expect(view.code.versions[0]!.files).to.not.have.length(0);
  });

  it('has the corrected code of a resumed run as another version', async () => {
    await trainToy(folder(), ['--steps', '2']);
    await changeRun(
      { ...viewedRun(folder(), '.', 0), folder: { path: folder(), experiment: '', number: 0 } },
      {
        'sizes.json': '{ "inputs": 2, "hidden": 3, "note": 1 }\n',
      },
    );
    const words = ['--resume', 'toy/1', '--steps', '4', '--override', '--code-from', 'project'];
    const view = await runView(await trainAgain(folder(), words));
    expect(view.code.versions.map(({ number }) => number)).to.deep.equal([0, 1]);
    expect(view.environment.find(({ title }) => title === 'Start')!.facts.map(({ name }) => name)).to.include(
      'resumed',
    );
  });

  it('says of a run in memory that its script resumes it', async () => {
    const run = await trainToy(folder(), ['--steps', '2']);
    await changeJson(run, 'run.json', (record) => ({ ...record, code: 'in-memory' }));
    const { code, commands } = await runView(run);
    expect(code.versions).to.deep.equal([]);
    expect(commands[0]!.title).to.equal('Train further, in its script');
    expect(commands[0]!.command).to.match(/^Forge\.train\(/);
    expect(commands.map(({ title }) => title)).to.not.include('Evaluate');
  });

  it('shows a run whose process is gone as crashed, with the command that resumes it', async () => {
    const run = await trainToy(folder(), ['--steps', '2']);
    await changeJson(run, 'run.json', (record) => {
      const { process } = record as { process: object };
      return { ...record, status: 'running', ended: null, process: { ...process, pid: 2 ** 30, birth: undefined } };
    });
    const view = await runView(run);
    expect(view).to.include({ status: 'crashed', seconds: null, damage: null });
    expect(view.commands[0]).to.deep.include({ title: 'Resume' });
  });

  it('says what is wrong with a run without a readable record, and has the rest', async () => {
    const run = await trainToy(folder(), ['--steps', '2']);
    await changeRun(run, { 'run.json': '{' });
    const view = await runView(run);
    expect(view.status).to.equal('damaged');
    expect(view.damage!.message).to.match(/run\.json is not valid JSON/);
    expect(view.damage!.hint).to.match(/^forge runs verify toy\/1 .*--deep lists all/);
    expect(view.commands.map(({ title }) => title)).to.deep.equal(['Check its files']);
    expect(view.checkpoints).to.have.length(1);
    expect(view.log).to.be.a('number');
  });

  for (const [file, text] of Object.entries({
    'flags.json': '{"formatVersion":2,"flags":[]}',
    'annotations.json': '[]',
    'code.json': '{"formatVersion":99}',
    'media.jsonl': '{"step":1}\n',
  })) {
    it(`says that ${file} is damaged, and shows the rest`, async () => {
      const run = await trainToy(folder(), ['--steps', '2']);
      await changeRun(run, { [file]: text });
      const view = await runView(run);
      expect(view.status).to.equal('completed');
      expect(view.damage!.message).to.include(file);
      expect(view.commands[0]!.title).to.equal('Check its files');
      expect(view.metrics.length).to.be.greaterThan(0);
    });
  }

  it('finds a truncated newest checkpoint without reading its tensors', async () => {
    const run = await trainToy(folder(), ['--steps', '4', '--save-every', '2']);
    await truncate(join(run.folder.path, 'checkpoints/4/parameters.safetensors'), 20);
    const { checkpoints, parameters, damage } = await runView(run);
    expect(checkpoints.map(({ state }) => state)).to.deep.equal(['unverified', 'corrupt']);
    expect(checkpoints[1]!.problem).to.include('parameters.safetensors');
    expect([parameters, damage]).to.deep.equal([[], null]);
  });

  it('bounds long texts, and keeps names that JavaScript itself uses', async () => {
    const run = await trainToy(folder(), ['--steps', '2']);
    const long = 'x'.repeat(1_000_000);
    await changeJson(run, 'run.json', (record) => ({ ...record, reason: long, status: 'failed', command: [long] }));
    await changeRun(run, {
      'flags.json': `{"formatVersion":2,"flags":{"__proto__":{"value":"<script>","source":"default"},"long":{"value":"${long}","source":"sweep"}}}`,
    });
    const view = await runView(run);
    expect(JSON.stringify(view).length).to.be.lessThan(200_000);
    expect(view.reason).to.match(/ … \(980000 more characters\)$/);
    expect(view.flags.find(({ name }) => name === '__proto__')).to.include({ value: '<script>' });
  });

  it('reads nothing through a link in the run', async () => {
    const run = await trainToy(folder(), ['--steps', '2']);
    const outside = join(folder(), 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'log'), 'secret');
    for (const name of ['console.log', 'git.diff', 'metrics.jsonl']) {
      const path = join(run.folder.path, name);
      await rm(path, { force: true });
      await symlink(join(outside, 'log'), path);
    }
    const view = await runView(run);
    expect(view.log).to.equal(null);
    expect(view.damage!.message).to.match(/it is a link/);
    expect(JSON.stringify(view)).to.not.include('secret');
  });
});
