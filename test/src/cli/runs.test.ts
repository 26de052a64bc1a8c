import { cp, mkdir, readFile, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { makeFolder, removeFolder } from './folder.js';
import { forge, startForge } from './forge-process.js';

const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];

describe('forge runs, eval and resume', () => {
  let cwd: string;
  let run: string;
  before(async () => {
    cwd = await makeFolder();
    await writeToyProject(cwd);
    const words = ['train', ...configs, '--run-name', 'line', '--steps', '10', '--save-every', '5'];
    expect((await forge(words, { cwd })).status).to.equal(0);
    run = join(cwd, 'results', 'line', '1');
  });
  after(() => removeFolder(cwd));

  it('lists a run with its status, steps, metrics and engine', async () => {
    const { status, stdout, stderr } = await forge(['runs'], { cwd });
    expect([status, stderr]).to.deep.equal([0, '']);
    const [titles = '', row = ''] = stdout.split('\n');
    const expected = ['RUN', 'STATUS', 'STEP', 'valid.loss', 'train.loss', 'STARTED', 'TIME', 'ENGINE'];
    expect(titles.split(/ +/)).to.deep.equal(expected);
    expect(row).to.match(/^line\/1 +completed +10 +\d\S+ +\d\S+ +\d{4}-\d\d-\d\d \d\d:\d\d +\d:\d\d +toy /);
  });

  it('shows a run with flags and their sources, checkpoints, and how to resume it', async () => {
    const { status, stdout, stderr } = await forge(['runs:show', 'line'], { cwd });
    expect([status, stderr]).to.deep.equal([0, '']);
    expect(stdout).to.match(/^line\/1 {2}completed {2}results\/line\/1\n/);
    expect(stdout)
      .to.match(/ --steps +10 +command line\n/)
      .and.to.match(/ --momentum +0\.9 +default\n/);
    expect(stdout).to.match(/\nCHECKPOINTS\n +5 .*loss.*\n +10 .*loss/);
    expect(stdout).to.include('forge train --resume line/1 --steps 20 --override');
    const json = JSON.parse((await forge(['runs', 'show', run, '--json'], { cwd })).stdout);
    expect(json.flags.steps).to.deep.equal({ value: 10, source: 'command line' });
    expect(json.checkpoints.map(({ step }: { step: number }) => step)).to.deep.equal([5, 10]);
    expect(json.record.status).to.equal('completed');
  });

  it('shows the newest of 5,000 corrupt checkpoints, without listing the folder again for each', async () => {
    const copy = join(cwd, 'many', 'line', '1');
    await cp(run, copy, { recursive: true });
    for (let step = 1000; step < 6000; step++) {
      const path = join(copy, 'checkpoints', `.replaced-${step}-99999999-00000000`);
      await mkdir(path);
      await writeFile(join(path, 'checkpoint.json'), '{');
    }
    const { status, stdout, stderr } = await forge(['runs', 'show', copy], { cwd, limitMs: 10_000 });
    expect([status, stderr]).to.deep.equal([0, '']);
    expect(stdout).to.match(/\nCHECKPOINTS\n +5950 {2}corrupt/);
    expect(stdout).to.match(/\n +5999 {2}corrupt.*\n {2}and 4,952 older, which --json lists\n/);
    const listed = await forge(['runs', 'show', copy, '--json'], { cwd, limitMs: 10_000 });
    expect(JSON.parse(listed.stdout).checkpoints).to.have.length(5002);
  }).timeout(60_000);

  it('evaluates a run at any step, with other flags, from the stored code alone', async () => {
    const shown = JSON.parse((await forge(['runs', 'show', 'line', '--json'], { cwd })).stdout);
    await rm(join(cwd, 'points.ts'));
    await writeFile(join(cwd, 'model.ts'), 'throw new Error("gone");');
    const evaluate = async (...words: string[]) => {
      const { stdout, stderr } = await forge(['eval', ...words, '--json'], { cwd });
      expect(stderr).to.equal('');
      return JSON.parse(stdout);
    };
    const newest = await evaluate('line');
    expect(newest).to.deep.include({ experiment: 'line', number: 1, step: 10, split: 'valid' });
    expect(newest.metrics.loss).to.be.closeTo(shown.record.metrics.valid.loss, 1e-6);
    const earlier = await evaluate('line/1', '--step', '5');
    expect(earlier.step).to.equal(5);
    expect(earlier.metrics.loss).not.to.equal(newest.metrics.loss);
    const train = await evaluate('line/1', '--split', 'train', '--examples', '8');
    expect(train.metrics.loss).not.to.equal(newest.metrics.loss);
    const wrong = await forge(['eval', 'line', '--exampels', '8'], { cwd });
    expect([wrong.status, wrong.stderr]).to.deep.equal([
      2,
      'Error: There is no flag --exampels.\n  → Did you mean --examples?\n',
    ]);
    await writeToyProject(cwd);
  });

  it('lists damaged runs with the reason, and ignores other folders', async () => {
    const results = join(cwd, 'messy');
    const faults: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
      1: (path) => truncate(join(path, 'run.json'), 40),
      2: (path) => rm(join(path, 'run.json')),
      3: async (path) => {
        const file = join(path, 'run.json');
        await writeFile(file, (await readFile(file, 'utf8')).replace('"completed"', '"finished"'));
      },
      4: async (path) => {
        await mkdir(join(path, 'notes'));
        await writeFile(join(path, 'checkpoints', 'todo.txt'), 'buy milk');
      },
    };
    for (const [number, corrupt] of Object.entries(faults)) {
      await cp(run, join(results, 'line', number), { recursive: true });
      await corrupt(join(results, 'line', number));
    }
    await mkdir(join(results, 'line', '7'));
    await mkdir(join(results, 'holiday pictures', '2024'), { recursive: true });
    await writeFile(join(results, 'notes.txt'), '');
    const listed = await forge(['runs', '--results-dir', 'messy', '--json'], { cwd });
    expect(listed.status).to.equal(0);
    const { runs } = JSON.parse(listed.stdout);
    const found = runs.map((run: { number: number; status: string }) => `${run.number} ${run.status}`);
    expect(found).to.have.members(['1 damaged', '2 damaged', '3 damaged', '4 completed']);
    const { stdout } = await forge(['runs', '--results-dir', 'messy'], { cwd });
    expect(stdout).to.match(/^line\/3 {2}damaged {2}The run file .* has an invalid "status"\.$/m);
    expect((await forge(['runs', 'show', 'line/4', '--results-dir', 'messy'], { cwd })).status).to.equal(0);
    for (const command of [['runs', 'show'], ['eval']]) {
      const { status, stderr } = await forge([...command, 'line/1', '--results-dir', 'messy'], { cwd });
      expect([status, stderr.split('\n').length]).to.deep.equal([2, 3]);
      expect(stderr).to.match(/^Error: .*run\.json/);
    }
  });

  it('lists the newest and the damaged runs, and all with --all', async () => {
    const results = join(cwd, 'many');
    const record = JSON.parse(await readFile(join(run, 'run.json'), 'utf8'));
    for (let number = 1; number <= 60; number++) {
      await mkdir(join(results, 'line', String(number)), { recursive: true });
      const created = new Date(Date.UTC(2026, 0, 1, 0, number)).toISOString();
      await writeFile(
        join(results, 'line', String(number), 'run.json'),
        JSON.stringify({ ...record, number, created, step: 1000 - number }),
      );
    }
    await writeFile(join(results, 'line', '3', 'run.json'), '{}');
    await utimes(join(results, 'line', '3'), 0, 0);
    const listed = async (...words: string[]) => {
      const { stdout, stderr } = await forge(['runs', '--results-dir', 'many', ...words], { cwd });
      const rows = [...stdout.matchAll(/^line\/(\d+) +(?:completed +\d+|damaged$)/gm)].map(([, number]) =>
        Number(number),
      );
      return { rows, stdout, stderr };
    };
    const newest = await listed();
    expect(newest.rows).to.deep.equal([3, ...Array.from({ length: 50 }, (_, index) => 11 + index)]);
    expect(newest.stdout).to.match(/^line\/3 {2}damaged {2}The run file .* has format version undefined/m);
    expect(newest.stderr).to.equal('9 older runs are not listed: forge runs --all lists every one.\n');
    expect(await listed('line')).to.deep.equal(newest);
    const all = await listed('--all');
    expect([all.rows.length, all.stderr]).to.deep.equal([60, '']);
    const json = await listed('--json');
    expect([JSON.parse(json.stdout).runs.length, json.stderr]).to.deep.equal([60, '']);
  });

  it('reports a modified flags file, and skips and quarantines a modified checkpoint', async () => {
    const copy = join(cwd, 'results', 'altered', '1');
    await cp(run, copy, { recursive: true });
    const parameters = join(copy, 'checkpoints', '10', 'parameters.safetensors');
    const bytes = await readFile(parameters);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(parameters, bytes);
    const stepped = await forge(['eval', 'altered', '--json'], { cwd });
    expect(JSON.parse(stepped.stdout).step).to.equal(5);
    expect(stepped.stderr).to.match(/^Warning: Skipped corrupt checkpoint 10: /);
    const asked = await forge(['eval', 'altered', '--step', '10'], { cwd });
    expect([asked.status, asked.stderr.split('\n').length]).to.deep.equal([2, 3]);
    const resumed = await forge(['train', '--resume', 'altered', '--override', '--steps', '12'], { cwd });
    expect(resumed.stdout).to.match(/resumed at step 5/);
    const kept = /checkpoints\/10 was moved to (quarantine\/\S+\/checkpoints\/10) in /.exec(resumed.stderr)?.[1];
    expect((await readFile(join(copy, kept!, 'parameters.safetensors'))).equals(bytes)).to.equal(true);
    await writeFile(join(copy, 'flags.json'), '{"formatVersion":1,"flags":{"steps":3}}');
    for (const words of [
      ['eval', 'altered'],
      ['train', '--resume', 'altered'],
      ['runs', 'show', 'altered'],
    ]) {
      const { status, stderr } = await forge(words, { cwd });
      expect([status, stderr.split('\n').length], stderr).to.deep.equal([2, 3]);
      expect(stderr).to.match(/^Error: .*flags\.json/);
    }
  });

  it('lists a run that it cannot read, and ignores other folders', async () => {
    const barred = join(cwd, 'barred/x/1');
    await mkdir(barred, { recursive: true });
    await mkdir(join(cwd, 'barred/x/2'));
    await symlink('run.json', join(barred, 'run.json'));
    const { stdout } = await forge(['runs', '--results-dir', 'barred', '--json'], { cwd });
    const { runs } = JSON.parse(stdout);
    expect(runs.map(({ number, status }: { number: number; status: string }) => [number, status])).to.deep.equal([
      [1, 'damaged'],
    ]);
  });

  it('shows a killed run as crashed, and resumes it', async () => {
    const slow = ['train', ...configs, '--run-name', 'killed', '--steps', '5000', '--ms-per-step', '5'];
    const { child, said, finished } = startForge([...slow, '--save-every', '10'], { cwd });
    await said(/saved results\/killed\/1\/checkpoints\/20$/m);
    child.kill('SIGKILL');
    await finished;
    const { runs } = JSON.parse((await forge(['runs', 'killed', '--json'], { cwd })).stdout);
    expect(runs[0].status).to.equal('crashed');
    const more = ['--resume', 'killed', '--override', '--steps', '100', '--ms-per-step', '0'];
    const { status, stdout } = await forge(['train', ...more], { cwd });
    expect([status, /resumed at step (\d+)/.exec(stdout)?.[1]?.endsWith('0')]).to.deep.equal([0, true]);
    // The same duration everywhere, without the pause, which starts at the last heartbeat.
    const shown = JSON.parse((await forge(['runs', 'show', 'killed', '--json'], { cwd })).stdout);
    const all = JSON.parse((await forge(['runs', '--json'], { cwd })).stdout).runs;
    const listed = all.find((run: { experiment: string }) => run.experiment === 'killed');
    expect(listed.seconds).to.equal(shown.seconds);
    const { created, ended, resumes } = shown.record;
    const pause = Date.parse(resumes[0].time) - Date.parse(resumes[0].stopped);
    expect(shown.seconds).to.be.closeTo((Date.parse(ended) - Date.parse(created) - pause) / 1000, 1e-6);
    expect(stdout).to.include('Completed at step 100');
  });

  it('refuses to resume a completed run, or with a contradicting flag', async () => {
    const done = await forge(['train', '--resume', 'line'], { cwd });
    expect([done.status, done.stderr]).to.deep.equal([
      2,
      'Error: line/1 is completed, at step 10 after 2 epochs.\n  → To train it further: --resume line/1 --steps 20 --override\n',
    ]);
    const other = await forge(['train', '--resume', 'line', '--hidden', '9'], { cwd });
    expect([other.status, other.stderr]).to.deep.equal([
      2,
      'Error: --hidden 9 contradicts line/1, which has 3.\n  → Omit it to keep the value of the run, or add --override to replace it.\n',
    ]);
  });
});
