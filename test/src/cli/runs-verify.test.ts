import { appendFile, cp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { makeFolder, removeFolder } from './folder.js';
import { forge, startForge } from './forge-process.js';

const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];

describe('forge runs verify', () => {
  let cwd: string;
  before(async () => {
    cwd = await makeFolder();
    await writeToyProject(cwd);
    const words = ['train', ...configs, '--run-name', 'line', '--steps', '10', '--save-every', '5'];
    expect((await forge(words, { cwd })).status).to.equal(0);
    const results = join(cwd, 'results');
    await cp(join(results, 'line/1'), join(results, 'line/2'), { recursive: true });
    await cp(join(results, 'line/1'), join(results, 'other/1'), { recursive: true });
    await truncate(join(results, 'line/2/checkpoints/10/state.safetensors'), 30);
    await rm(join(results, 'other/1/run.json'));
  });
  after(() => removeFolder(cwd));

  it('lists the problems of each run and what still loads, and exits with 1', async () => {
    const { status, stdout, stderr } = await forge(['runs', 'verify'], { cwd });
    const { size } = await stat(join(cwd, 'results/line/1/checkpoints/10/state.safetensors'));
    expect([status, stderr]).to.deep.equal([1, '']);
    expect(stdout.split('\n')).to.deep.equal([
      'line/1  valid',
      'line/2  damaged',
      `  truncated  checkpoints/10/state.safetensors has 30 bytes, expected ${size}`,
      '  Still loadable: checkpoint 5; a resume starts from step 5.',
      'other/1  damaged',
      '  missing  run.json is missing',
      '  Still loadable: checkpoint 5, 10; it cannot be resumed, and its code is refused.',
      '3 runs, 2 damaged (checked sizes and manifests; --deep reads every byte).',
      '',
    ]);
  });

  it('accepts experiments, runs and folders, in either form of the command, and reports the same as JSON', async () => {
    const { status, stdout } = await forge(['runs:verify', 'line', 'results/line/1', '--deep', '--json'], { cwd });
    const { deep, damaged, runs } = JSON.parse(stdout);
    expect([status, deep, damaged]).to.deep.equal([1, true, 1]);
    expect(runs.map(({ number }: { number: number }) => number)).to.deep.equal([1, 2]);
    expect(runs[1].problems[0]).to.deep.include({ kind: 'truncated', damage: true });
    expect(runs[1].loadable).to.deep.equal({ checkpoints: [5], code: true, run: true });
    expect((await forge(['runs', 'verify', 'line/1'], { cwd })).status).to.equal(0);
    const wrong = await forge(['runs', 'verify', 'lime'], { cwd });
    expect([wrong.status, wrong.stderr]).to.deep.equal([
      2,
      `Error: There is no run "lime" in ${join(cwd, 'results')}.\n  → Did you mean line? forge runs lists all runs.\n`,
    ]);
  });

  it('moves corrupt files with --repair, and lists what it cannot repair', async () => {
    const { status, stdout } = await forge(['runs', 'verify', '--repair'], { cwd });
    expect(status).to.equal(1);
    expect(stdout).to.match(/^line\/2 {2}repaired$/m);
    expect(stdout).to.match(/^ {2}moved checkpoints\/10 to quarantine\/\S+\/checkpoints\/10$/m);
    expect(stdout).to.match(/^ {2}not repaired: run\.json; restore it from a backup$/m);
    expect(await readdir(join(cwd, 'results/line/2/checkpoints'))).to.deep.equal(['5']);
    const again = await forge(['runs', 'verify', 'line', '--deep'], { cwd });
    expect([again.status, again.stdout]).to.deep.equal([
      0,
      'line/1  valid\nline/2  valid\n2 runs, none damaged (read every byte).\n',
    ]);
    const more = ['train', '--resume', 'line/2', '--steps', '20', '--override'];
    const resumed = await forge(more, { cwd });
    expect(resumed.stdout).to.match(/resumed at step 5/);
  });

  it('needs --deep to find what only a checksum shows', async () => {
    await appendFile(join(cwd, 'results/line/1/metrics.jsonl'), '?\n');
    expect((await forge(['runs', 'verify', 'line/1'], { cwd })).status).to.equal(0);
    expect((await forge(['runs', 'verify', 'line/1', '--deep'], { cwd })).status).to.equal(1);
  });

  it('repairs the other runs if one cannot be repaired', async () => {
    for (const number of [1, 2]) {
      const run = join(cwd, 'results/barred', String(number));
      await cp(join(cwd, 'results/line/1'), run, { recursive: true });
      await truncate(join(run, 'checkpoints/10/state.safetensors'), 30);
    }
    await writeFile(join(cwd, 'results/barred/1/quarantine'), 'a file in the way');
    const { status, stdout, stderr } = await forge(['runs', 'verify', 'barred', '--repair'], { cwd });
    expect(stderr).to.match(/^Warning: Refused to write \S+barred\/1\/quarantine\S*: .* Not repaired\.\n$/);
    expect(status).to.equal(1);
    expect(stdout)
      .to.match(/^barred\/1 {2}damaged$/m)
      .and.to.match(/^barred\/2 {2}repaired$/m);
  });

  it('skips a running run, and repairs the others', async () => {
    const slow = ['--run-name', 'busy', '--steps', '50000', '--ms-per-step', '5', '--save-every', '10'];
    const { child, said, finished } = startForge(['train', ...configs, ...slow], { cwd });
    await said(/checkpoints\/10$/m);
    for (const name of ['busy', 'line'])
      await writeFile(join(cwd, `results/${name}/1/.run.json.writing-4194305-01234567`), '');
    const { status, stdout, stderr } = await forge(['runs', 'verify', 'busy', 'line/1', '--repair'], { cwd });
    child.kill('SIGTERM');
    await finished;
    expect(stderr).to.equal(`Warning: busy/1 is still running: process ${child.pid} on ${hostname()}. Not repaired.\n`);
    expect(status).to.equal(0);
    expect(stdout).to.match(/^ {2}moved \.run\.json\.writing-4194305-01234567 to quarantine/m);
    expect(await readdir(join(cwd, 'results/busy/1'))).to.include('.run.json.writing-4194305-01234567');
  });
});
