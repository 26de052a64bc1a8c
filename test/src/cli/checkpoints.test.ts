import { cp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { makeFolder, removeFolder } from './folder.js';
import { forge, startForge } from './forge-process.js';

const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];

describe('forge checkpoints', () => {
  let cwd: string;
  let template: string;
  const run = () => join(cwd, 'results/line/1');
  const checkpoints = (...words: string[]) => forge(['checkpoints', ...words], { cwd });
  const steps = async () => (await readdir(join(run(), 'checkpoints'))).map(Number).sort((a, b) => a - b);

  before(async () => {
    cwd = await makeFolder();
    template = join(cwd, 'template');
    await writeToyProject(cwd);
    const kept = ['--save-every', '2', '--eval-every', '4', '--keep', '2,every:4,best:valid.loss'];
    const words = ['train', ...configs, ...kept, '--run-name', 'line', '--steps', '10', '--report-every', '1'];
    expect((await forge(words, { cwd })).status).to.equal(0);
    await cp(join(cwd, 'results'), template, { recursive: true });
  });
  beforeEach(async () => {
    await rm(join(cwd, 'results'), { recursive: true });
    await cp(template, join(cwd, 'results'), { recursive: true });
  });
  after(() => removeFolder(cwd));

  it('list shows step, epoch, size, time, metrics, and why each is kept', async () => {
    const { status, stdout, stderr } = await checkpoints('list', 'line');
    expect([status, stderr]).to.deep.equal([0, '']);
    const [title, ...rows] = stdout.trimEnd().split('\n');
    expect(title).to.match(/^STEP +EPOCH +SIZE +SAVED +valid\.loss.* KEPT BY$/);
    expect(rows.map((row) => Number(/\d+/.exec(row)?.[0]))).to.deep.equal([4, 8, 10]);
    expect(rows[0]).to.match(/^ +4 .* every:4$/);
    expect(rows[2]).to.match(/^ +10 +(best, )?latest +\d+ +[\d.]+ kB +\d{4}-\d\d-\d\d \d\d:\d\d/);
    const json = JSON.parse((await forge(['checkpoints:list', run(), '--json'], { cwd })).stdout);
    expect(json).to.deep.include({ run: run(), experiment: 'line', number: 1 });
    const [first, second, last] = json.checkpoints;
    expect(first).to.deep.include({ step: 4, latest: false, damage: null, path: join(run(), 'checkpoints/4') });
    expect(first.metricSteps).to.deep.equal({ train: 4, valid: 4 });
    expect(first.keptBy).to.include('every:4').and.to.not.include('2');
    expect(second.keptBy).to.include('2').and.to.include('every:4');
    expect(last).to.deep.include({ step: 10, latest: true });
    const files = await readdir(join(run(), 'checkpoints/4'));
    const sizes = await Promise.all(
      files.map(async (file) => (await readFile(join(run(), 'checkpoints/4', file))).length),
    );
    expect(first.bytes).to.equal(sizes.reduce((sum, size) => sum + size, 0));
    expect(json.checkpoints.filter(({ best }: { best: boolean }) => best)).to.have.length(1);
  });

  it('best prints what --checkpoint best loads, for each metric, and skips corrupt ones', async () => {
    const words = ['--metric', 'valid.loss:max'];
    for (const [metric, address] of [
      [[], 'best'],
      [words, 'best:valid.loss:max'],
    ] as const) {
      const found = JSON.parse((await checkpoints('best', 'line', ...metric, '--json')).stdout);
      const out = `${address.length}.safetensors`;
      const exported = await forge(['export', 'line', '--checkpoint', address, '--out', out, '--json'], { cwd });
      expect(JSON.parse(exported.stdout).step).to.equal(found.step);
      expect(found).to.deep.include({
        run: run(),
        metric: 'valid.loss',
        path: join(run(), 'checkpoints', String(found.step)),
      });
      const listed = JSON.parse((await checkpoints('list', 'line', '--json')).stdout).checkpoints;
      const best = listed.find(({ best }: { best: boolean }) => best);
      if (address === 'best') expect(best.step).to.equal(found.step);
    }
    const { step } = JSON.parse((await checkpoints('best', 'line', '--json')).stdout);
    await truncate(join(run(), `checkpoints/${step}/state.safetensors`), 20);
    const next = await checkpoints('best', 'line');
    expect(next.status).to.equal(0);
    expect(next.stderr).to.match(new RegExp(`^Warning: Skipped corrupt checkpoint ${step}: `));
    expect(next.stdout).to.match(/^\d+ {2}results\/line\/1\/checkpoints\/\d+ {2}valid\.loss [\d.]+(e-\d+)?\n$/);
    expect(Number(next.stdout.split(' ')[0])).to.not.equal(step);
    expect((await forge(['runs', 'show', 'line'], { cwd })).stdout).to.match(
      new RegExp(`^ +${step} .* best valid\\.loss$`, 'm'),
    );
  });

  it('rm deletes checkpoints, and keeps the last valid one without --force', async () => {
    const removed = await checkpoints('rm', 'line/1', '8', '4');
    expect([removed.status, removed.stdout, removed.stderr]).to.deep.equal([
      0,
      'Deleted checkpoints 4, 8 of line/1.\n',
      '',
    ]);
    expect(await steps()).to.deep.equal([10]);
    const last = await checkpoints('rm', 'line/1', '10');
    expect([last.status, last.stderr]).to.deep.equal([
      2,
      'Error: Checkpoint 10 is the last valid one of line/1.\n' +
        '  → Add --force to remove it as well: a resume then starts from step 0.\n',
    ]);
    const forced = await checkpoints('rm', 'line/1', '10', '--force', '--json');
    expect(JSON.parse(forced.stdout)).to.deep.equal({ run: run(), experiment: 'line', number: 1, removed: [10] });
    expect(await steps()).to.deep.equal([]);
    expect((await checkpoints('list', 'line')).stdout).to.equal('line/1 has no checkpoint yet.\n');
    expect((await forge(['runs', 'verify', 'line'], { cwd })).status).to.equal(0);
  });

  it('rm counts only checkpoints that load', async () => {
    for (const step of [4, 10]) await truncate(join(run(), `checkpoints/${step}/parameters.safetensors`), 20);
    expect((await checkpoints('rm', 'line/1', '8')).stderr).to.include('Checkpoint 8 is the last valid one of line/1.');
    expect(await steps()).to.deep.equal([4, 8, 10]);
    expect((await checkpoints('rm', 'line/1', '10')).status).to.equal(0);
    expect(await steps()).to.deep.equal([4, 8]);
  });

  it('say what is wrong in one line with a next step, and delete nothing', async () => {
    const wrong: readonly (readonly [readonly string[], string, string])[] = [
      [['rm', 'line/1'], 'forge checkpoints rm requires a STEP.', 'See forge checkpoints rm --help.'],
      [['rm', 'line/1', 'best'], '"best" is not a step.', 'forge checkpoints list RUN lists the steps.'],
      [['rm', 'line/1', '4', '6'], 'There is no checkpoint of step 6 in', 'Available: 4, 8, 10.'],
      [['rm', 'line/2', '4'], 'There is no run "line/2" in', 'forge runs line lists its runs.'],
      [['best', 'line', '--metric', 'loss'], '"loss" is not a metric.', 'Write its split and name'],
      [['best', 'line', '--metric', 'valid.f1'], 'No checkpoint of', 'Use latest, a step'],
      [['best', 'line', '--metric', 'valid.odd'], 'best:valid.odd: line/1 has no', ''],
      [['lst', 'line'], 'There is no command forge checkpoints lst.', 'Did you mean forge checkpoints list?'],
    ];
    for (const [words, message, hint] of wrong) {
      const { status, stdout, stderr } = await checkpoints(...words);
      expect([status, stdout], words.join(' ')).to.deep.equal([2, '']);
      const [first, second] = stderr.split('\n');
      expect(first).to.include(`Error: ${message}`);
      expect(second, words.join(' ')).to.include(`  → `).and.to.include(hint);
    }
    expect(await steps()).to.deep.equal([4, 8, 10]);
  });

  it('rm refuses a running run, and a link in the run', async () => {
    const slow = ['--run-name', 'busy', '--steps', '5000', '--ms-per-step', '5', '--save-every', '10', '--keep', 'all'];
    const { child, said, finished } = startForge(['train', ...configs, ...slow], { cwd });
    await said(/checkpoints\/20$/m);
    const { status, stderr } = await checkpoints('rm', 'busy', '10');
    expect((await checkpoints('list', 'busy')).status).to.equal(0);
    child.kill('SIGTERM');
    await finished;
    expect([status, stderr.split('\n')[0]]).to.deep.equal([
      2,
      `Error: busy/1 is still running: process ${child.pid} on ${hostname()}.`,
    ]);
    await rm(join(run(), 'checkpoints'), { recursive: true });
    await symlink(join(template, 'line/1/checkpoints'), join(run(), 'checkpoints'));
    expect((await checkpoints('rm', 'line', '4')).stderr).to.match(
      /^Error: Refused to write \S+checkpoints: it is a link\.\n/,
    );
    expect(await readdir(join(template, 'line/1/checkpoints'))).to.have.length(3);
  });

  it('print a stranger’s text without control characters, and list damaged manifests', async () => {
    const file = join(run(), 'checkpoints/4/checkpoint.json');
    await writeFile(file, '{ "step": "\\u001b[2J" }');
    const flags = join(run(), 'flags.json');
    await writeFile(
      flags,
      (await readFile(flags, 'utf8')).replace('2,every:4,best:valid.loss', 'best:valid.a\\u001b[2Jb:max'),
    );
    for (const words of [
      ['list', 'line'],
      ['best', 'line'],
      ['best', 'line', '--metric', 'valid.\x1b[2J:min'],
    ]) {
      const { stdout, stderr } = await checkpoints(...words);
      expect(`${stdout}${stderr}`.replaceAll('\n', '')).to.not.match(/\p{Cc}/u);
    }
    const { status, stdout } = await checkpoints('list', 'line');
    expect(status).to.equal(0);
    expect(stdout).to.match(/^4 {2}corrupt {2}/m);
  });
});
