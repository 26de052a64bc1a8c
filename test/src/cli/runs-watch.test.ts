import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { writeCurveRuns } from './curve-runs.js';
import { makeFolder, removeFolder } from './folder.js';
import { forge, type Started, startForge } from './forge-process.js';
import { hasTerminals, itPrintsItsScreens, startScreen } from './screen.js';

const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];

describe('forge runs watch', function () {
  this.timeout(60_000);
  let cwd: string;
  before(async () => {
    cwd = await makeFolder();
    await writeCurveRuns(cwd);
  });
  after(() => removeFolder(cwd));

  /** Starts a run, and waits for its first metrics. */
  async function train(name: string, steps: number): Promise<Started> {
    const words = ['train', ...configs, '--run-name', name, '--steps', String(steps), '--epochs', '100000'];
    const started = startForge([...words, '--ms-per-step', '10', '--report-every', '1'], { cwd });
    await started.said(/step 1\/|step 2/);
    return started;
  }
  const watch = (...words: string[]) => forge(['runs', 'watch', ...words, '--every', '0.1'], { cwd });

  const ended = ['runs', 'watch', 'digits/1', 'digits/2', 'digits/3', '--results-dir', 'curves'];
  itPrintsItsScreens({ name: 'watch-ended', words: ended }, () => cwd);

  it('piped: prints a line for each change until the run has ended, and writes nothing', async () => {
    const training = await train('piped', 150);
    const { status, stdout, stderr } = await watch();
    expect((await training.finished).status).to.equal(0);
    expect([status, stderr]).to.deep.equal([0, '']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.length).to.be.greaterThan(3);
    expect(lines[1]).to.match(
      /^piped\/1 {2}running {2}step \d+\/150 {2}(train|valid)\.loss \d\S+ {2}best \d\S+ at step \d+/,
    );
    expect(lines.filter((line) => /\d:\d\d left$/.test(line)).length).to.be.greaterThan(0);
    expect(lines.at(-1)).to.match(/^piped\/1 {2}completed {2}step 150\/150 {2}valid\.loss /);
    expect(new Set(lines).size).to.equal(lines.length);
  });

  it('--json: prints an object in a line for each change', async () => {
    const training = await train('json', 60);
    const { status, stdout } = await watch('json', '--json', '--metric', 'train.loss');
    await training.finished;
    expect(status).to.equal(0);
    const changes = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(changes.at(-1)).to.include({
      experiment: 'json',
      status: 'completed',
      step: 60,
      totalSteps: 60,
      metric: 'train.loss',
    });
    const steps = changes.map(({ step }) => step);
    expect(steps).to.deep.equal([...steps].sort((a, b) => a - b));
  });

  it('on a terminal: redraws only what changes, and ends with the run', async function () {
    if (!hasTerminals) return this.skip();
    const training = await train('live', 500);
    const screen = startScreen(['runs', 'watch', 'live', 'digits/1', '--results-dir', 'results', '--every', '0.1'], {
      cwd,
      columns: 100,
    });
    await screen.finished;
    expect((await screen.lines()).join()).to.match(/There is no run "digits\/1"/);
    const one = startScreen(['runs', 'watch', 'live', '--every', '0.1'], { cwd, columns: 100 });
    await one.shows(/^live\/1 +running +\d+\/500 .* now$/);
    await one.shows(/^1 running, q quits$/);
    await training.finished;
    expect(await one.finished).to.equal(0);
    await one.lines();
    expect((await one.lines())[1]).to.match(/^live\/1 +completed +500\/500 +valid\.loss +\d\S+ +\d\S+ +[▁▂▃▄▅▆▇█ ]+$/);
    // Drawn once, the titles are not written again until a column goes.
    expect(one.written().split('RUN').length - 1).to.be.within(1, 4);
    expect(one.written().endsWith('\u001b[?25h')).to.equal(true);
  });

  it('on a terminal: ends at q with status 0, at Ctrl-C with 130; the run trains on', async function () {
    if (!hasTerminals) return this.skip();
    const training = await train('quit', 100_000);
    const files = async () => {
      const run = join(cwd, 'results', 'quit', '1');
      return (await readdir(run)).sort();
    };
    const before = await files();
    for (const [key, status] of [
      ['q', 0],
      ['\u0003', 130],
    ] as const) {
      const screen = startScreen(['runs', 'watch', 'quit', '--every', '0.1'], { cwd, columns: 60 });
      await screen.shows(/^quit\/1 /);
      screen.press(key);
      expect(await screen.finished).to.equal(status);
    }
    expect(await files()).to.deep.equal(before);
    // Killed: it is shown as crashed, with status 1.
    training.child.kill('SIGKILL');
    await training.finished;
    const { status, stdout } = await watch('quit');
    expect([status, stdout]).to.match(/^1,quit\/1 {2}crashed {2}step \d+\/100000 /);
  });

  it('changes nothing in a run, even if it cannot be written to', async () => {
    const run = join(cwd, 'curves', 'digits', '1');
    const before = await Promise.all(
      ['', 'run.json', 'metrics.jsonl'].map(async (name) => (await stat(join(run, name))).mtimeMs),
    );
    expect((await watch('digits/1', '--results-dir', 'curves')).status).to.equal(0);
    const after = await Promise.all(
      ['', 'run.json', 'metrics.jsonl'].map(async (name) => (await stat(join(run, name))).mtimeMs),
    );
    expect(after).to.deep.equal(before);
  });

  it('follows a run whose metrics a resume has truncated', async () => {
    const file = join(cwd, 'curves', 'digits', '2', 'metrics.jsonl');
    const text = await readFile(file, 'utf8');
    const { FollowedRun } = await import('../../../packages/core/dist/run/follow/follow-run.js');
    const run = new FollowedRun({ path: join(cwd, 'curves', 'digits', '2'), experiment: 'digits', number: 2 });
    expect((await run.poll()).curve).to.include({ metric: 'valid.loss', values: 10 });
    await writeFile(
      file,
      text
        .split('\n')
        .slice(0, 100)
        .map((line) => `${line}\n`)
        .join(''),
    );
    expect((await run.poll()).curve).to.include({ metric: 'valid.loss', values: 4 });
    await writeFile(file, text);
    expect((await run.poll()).curve).to.include({ metric: 'valid.loss', values: 10 });
  });

  it('reports what it cannot watch', async () => {
    const none = await watch('--results-dir', 'curves');
    expect([none.status, none.stdout]).to.deep.equal([0, 'No run in curves is running.\n']);
    const missing = await watch('digits/1', '--results-dir', 'curves', '--metric', 'valid.los');
    expect([missing.status, missing.stderr]).to.deep.equal([
      2,
      'Error: digits/1 has no metric valid.los.\n' +
        '  → Did you mean valid.loss? It has train.loss, valid.accuracy, valid.loss.\n',
    ]);
  });
});
