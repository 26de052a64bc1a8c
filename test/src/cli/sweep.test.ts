import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { inFolder } from './folder.js';
import { forge, startForge } from './forge-process.js';
import { hasTerminals, startScreen } from './screen.js';

const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];
const space = ['--space', 'learningRate=log(1e-3..1e-1)', '--space', 'hidden=2,4'];
const sweep = ['sweep', ...configs, ...space, '--minimize', 'valid.loss', '--steps', '10', '--name', 'toys'];

/** The numbers of the runs of a sweep. */
async function runsOf(cwd: string): Promise<number[]> {
  const names = await readdir(join(cwd, 'results/toys'));
  return names
    .map(Number)
    .filter(Number.isInteger)
    .sort((a, b) => a - b);
}

async function json(cwd: string, ...words: string[]) {
  const { status, stdout, stderr } = await forge([...words, '--json'], { cwd });
  expect(stderr).to.equal('');
  return { exit: status, ...JSON.parse(stdout) };
}

describe('forge sweep', function () {
  this.timeout(60_000);

  it('trains trials, prints a line for each when piped, and ends with the best', () =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const { status, stdout, stderr } = await forge([...sweep, '--trials', '6', '--workers', '2'], { cwd });
      expect([status, stderr]).to.deep.equal([0, '']);
      const lines = stdout.split('\n');
      expect(lines[0]).to.equal('toys  results/toys');
      expect(lines[1]).to.match(/^minimize valid\.loss {2}tpe {2}seed 0 {2}2 workers$/);
      const ended = lines.filter((line) => /^trial \d /.test(line));
      expect(ended).to.have.length(6);
      for (const line of ended) {
        expect(line).to.match(/^trial \d {2}completed {2}valid\.loss \d\S+ {2}learningRate \d\S+ {2}hidden [24]/);
      }
      expect(stdout).to.match(/^Completed after \d:\d\d\.$/m);
      expect(stdout).to.match(/^best {4}valid\.loss \d\.\d{4} {2}trial \d /m);
      expect(stdout).to.match(/ {2}forge sweep show toys\n$/);
      expect(await runsOf(cwd)).to.deep.equal([1, 2, 3, 4, 5, 6]);
      const { sweep: of } = JSON.parse(await readFile(join(cwd, 'results/toys/3/run.json'), 'utf8'));
      expect(of.trial).to.be.within(1, 6);
    }));

  it('has status and show as text and as data, and a command that trains the best again', () =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const result = await json(cwd, ...sweep, '--trials', '5', '--method', 'random');
      expect([result.exit, result.end.status]).to.deep.equal([0, 'completed']);
      expect(result.counts).to.include({ completed: 5, failed: 0 });
      const shown = await json(cwd, 'sweep', 'show');
      expect(shown.best).to.deep.equal(result.best);
      expect(Object.keys(shown.importance).sort()).to.deep.equal(['hidden', 'learningRate']);
      const values = shown.trials.map((trial: { values: number[] }) => trial.values[0]);
      const best = shown.trials.find(({ trial }: { trial: number }) => trial === shown.best[0]);
      expect(best.values[0]).to.equal(Math.min(...values));

      const words = shown.bestCommand.split(' ').slice(1);
      expect(words).to.include.members(['--learning-rate', String(best.parameters.learningRate)]);
      const again = await json(cwd, ...words, '--run-name', 'again');
      expect(again.status).to.equal('completed');
      const { best: bests } = JSON.parse(await readFile(join(cwd, 'results/again/1/run.json'), 'utf8'));
      expect(bests.valid.loss.value).to.equal(best.values[0]);

      const text = await forge(['sweep', 'show', 'toys'], { cwd });
      expect(text.stdout).to.include(`TO TRAIN THE BEST AGAIN\n  ${shown.bestCommand}`);
      const status = await forge(['sweep', 'status'], { cwd });
      expect([status.status, status.stderr]).to.deep.equal([0, '']);
      expect(status.stdout).to.match(/^toys {2}completed {2}results\/toys\n {2}minimize {2}valid\.loss/);
      expect(status.stdout).to.match(/^ {2}trials +5 completed$/m);
      expect((await json(cwd, 'sweep', 'status', 'toys')).next).to.match(/^forge sweep add toys /);
      const watched = await forge(['sweep', 'status', 'toys', '--watch'], { cwd });
      expect(watched.stdout.trim().split('\n')).to.have.length(5);
    }));

  it('reads sweep.ts, which the command line overrides', () =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd, {
        'sweeps/sweep.ts': `import { choice, defineSweep, uniform } from '@forge-ml/core';
export default defineSweep({
  minimize: 'valid.loss', name: 'toys', trials: 50, method: { name: 'random', options: {} },
  space: { hidden: choice(2, 3), dropout: uniform(0, 0.5) },
  flags: { dataConfig: '../data.ts', modelConfig: '../model.ts', backend: 'toy', steps: 9, momentum: 0.5, examples: 8 },
});
`,
      });
      const result = await json(
        cwd,
        'sweep',
        'sweeps/sweep.ts',
        '--trials',
        '3',
        '--steps',
        '6',
        '--space',
        'hidden=5',
      );
      expect(result.end.status).to.equal('completed');
      expect(result.trials).to.have.length(3);
      expect(result.sweep.space.hidden.choices).to.deep.equal([5]);
      const { flags } = JSON.parse(await readFile(join(cwd, 'results/toys/1/flags.json'), 'utf8'));
      const valueIn = (name: string) => flags[name].value;
      expect([valueIn('hidden'), valueIn('steps'), valueIn('momentum'), valueIn('examples')]).to.deep.equal([
        5, 6, 0.5, 8,
      ]);
      expect([valueIn('dataConfig'), flags.steps.source]).to.deep.equal(['data.ts', 'command line']);
    }));

  it('records a failed trial with its reason and goes on; --fail-fast ends', () =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const failing = ['sweep', ...configs, '--minimize', 'valid.loss', '--steps', '400', '--method', 'grid'];
      const rates = ['--space', 'momentum=0,0.5', '--space', 'learningRate=0.01,1e30'];
      const { status, stdout } = await forge([...failing, ...rates, '--name', 'toys'], { cwd });
      expect(status).to.equal(0);
      expect(stdout).to.match(/^trial \d {2}failed .* loss became \S+ at step \d+/m);
      const shown = await json(cwd, 'sweep', 'status');
      expect(shown.counts).to.include({ completed: 2, failed: 2 });
      // A grid has an end without a budget.
      expect(shown.status).to.equal('completed');
      expect((await forge(['sweep', 'status'], { cwd })).stdout).to.match(/\nFAILED\n {2}\d {2}loss became/);

      const fast = await forge([...failing, ...rates, '--fail-fast', '--name', 'fast'], { cwd });
      expect(fast.status).to.equal(1);
      expect((await json(cwd, 'sweep', 'status', 'fast')).counts.failed).to.equal(1);
    }));

  it('stops in order on Ctrl-C, and --resume trains the rest', () =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const slow = [...sweep, '--trials', '6', '--workers', '2', '--ms-per-step', '30'];
      const { child, said, finished } = startForge(slow, { cwd });
      await said(/^trial 1 /m);
      child.kill('SIGINT');
      const { status, stdout, stderr } = await finished;
      expect([status, stderr]).to.deep.equal([130, '']);
      expect(stdout).to.match(/^Stopping the sweep\. Running trials save and stop\./m);
      expect(stdout).to.match(/\n {2}forge sweep --resume toys\n$/);
      const between = await json(cwd, 'sweep', 'status');
      expect(between.next).to.equal('forge sweep --resume toys');
      expect(between.counts.completed).to.be.lessThan(6);
      const resumed = await forge(['sweep', '--resume', 'toys'], { cwd });
      expect([resumed.status, resumed.stderr]).to.deep.equal([0, '']);
      expect(resumed.stdout).to.match(/^toys {2}results\/toys {2}resumed with \d trials$/m);
      expect(await runsOf(cwd)).to.deep.equal([1, 2, 3, 4, 5, 6]);
      expect((await json(cwd, 'sweep', 'status')).counts.completed).to.equal(6);
    }));

  it('is stopped by forge sweep stop, and gets more trials by forge sweep add', () =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const slow = [...sweep, '--trials', '20', '--ms-per-step', '30'];
      const { said, finished } = startForge(slow, { cwd });
      await said(/^trial 1 /m);
      const stopped = await forge(['sweep', 'stop', 'toys'], { cwd });
      expect([stopped.status, stopped.stderr]).to.deep.equal([0, '']);
      expect(stopped.stdout).to.equal('Its controller stops toys. To continue: forge sweep --resume toys\n');
      expect((await finished).status).to.equal(0);
      const done = (await json(cwd, 'sweep', 'status')).trials.length;
      expect(done).to.be.lessThan(20);

      const added = await forge(['sweep', 'add', 'toys', '--trials', '2', '--space', 'hidden=4'], { cwd });
      expect([added.status, added.stderr]).to.deep.equal([0, '']);
      expect(added.stdout).to.equal(
        'The budget of toys is now 22 trials.\nTo continue:\n  forge sweep --resume toys\n',
      );
    }));

  it('shows its state on a terminal, within the screen', function () {
    // Only util-linux has a `script` that runs a command on a terminal of a given size.
    if (!hasTerminals) return this.skip();
    return inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const screen = startScreen([...sweep, '--trials', '4', '--ms-per-step', '40'], { cwd, columns: 60, rows: 20 });
      await screen.shows(/^RUNNING/);
      await screen.shows(/^ +trials +\d completed/);
      expect(await screen.finished).to.equal(0);
      expect(await screen.tooWide()).to.deep.equal([]);
      const lines = await screen.lines();
      expect(lines.filter((line) => line.startsWith('RUNNING'))).to.have.length.at.most(1);
      expect(lines).to.include('  forge sweep show toys');
    });
  });

  const mistakes: readonly [what: string, words: readonly string[], error: RegExp, hint: RegExp][] = [
    ['a flag that does not exist', ['--space', 'hiden=2,4'], /no flag --hiden/, /Did you mean --hidden\?/],
    ['an empty space', [], /space of the sweep is empty/, /--space/],
    ['a logarithmic range over 0', ['--space', 'learningRate=log(0..1)'], /starts at 0/, /above 0/],
    ['an empty range', ['--space', 'learningRate=1..0.5'], /empty range/, /lower number first/],
    ['a value that the flag refuses', ['--space', 'dropout=0..2'], /dropout/, /./],
    ['a range that cannot be read', ['--space', 'learningRate=log(1e-3.1e-1)'], /./, /NAME=LOW\.\.HIGH/],
    [
      'an objective that the model does not report',
      ['--space', 'hidden=2,4', '--minimize', 'valid.los:min'],
      /valid\.los is not available/,
      /valid\.loss/,
    ],
    ['an unknown method', ['--space', 'hidden=2,4', '--method', 'bayes'], /bayes/, /tpe/],
    ['an unknown way to stop', ['--space', 'hidden=2,4', '--stop', 'ashaa'], /--stop takes/, /Did you mean asha\?/],
    ['an unknown option of it', ['--space', 'hidden=2,4', '--stop', 'asha(eta=3)'], /eta/, /reduction/],
    ['a dry run', ['--space', 'hidden=2,4', '--dry-run'], /--dry-run is a flag of forge train/, /Omit/],
    ['an unknown launcher', ['--space', 'hidden=2,4', '--launcher', 'sulrm'], /sulrm/, /--launcher slurm/],
    ['an unknown flag', ['--space', 'hidden=2,4', '--learning-rat', '1'], /learning-rat/, /--learning-rate/],
  ];
  for (const [what, words, error, hint] of mistakes) {
    it(`refuses ${what} in one line with a next step, before anything is written`, () =>
      inFolder(async (cwd) => {
        await writeToyProject(cwd);
        const base = ['sweep', ...configs, '--minimize', 'valid.loss', '--trials', '3', '--steps', '5'];
        const { status, stdout, stderr } = await forge([...base, ...words], { cwd });
        expect(status, stderr).to.equal(2);
        const lines = stderr.trimEnd().split('\n');
        expect(lines[0])
          .to.match(/^Error: /)
          .and.match(error);
        expect(lines.at(-1))
          .to.match(/^ {2}→ /)
          .and.match(hint);
        expect(stdout).to.equal('');
        expect(existsSync(join(cwd, 'results'))).to.equal(false);
      }));
  }

  it('refuses a sweep without objective or budget, a name that exists, and other settings with --resume', () =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const refused = async (words: string[]) => {
        const { status, stderr } = await forge(words, { cwd });
        expect(status, stderr).to.equal(2);
        return stderr;
      };
      const base = ['sweep', ...configs, ...space];
      expect(await refused([...base, '--trials', '3'])).to.match(/--minimize/);
      expect(await refused([...base, '--minimize', 'valid.loss'])).to.match(/--trials/);
      expect(await refused(['sweep', '--resume', 'toys', '--trials', '9'])).to.match(/own settings.*\n.*sweep add/);
      expect(await refused(['sweep', '--resume', 'toys'])).to.match(/toys/);
      expect(await refused(['sweep', 'stauts'])).to.match(/status/);
      expect(await refused(['sweep', 'show'])).to.match(/no sweeps in results/);
      expect(await refused(['sweep', 'add', 'toys'])).to.match(/requires --trials/);
      const none = await forge(['sweep', 'status'], { cwd });
      expect([none.status, none.stdout.split('\n')[0]]).to.deep.equal([0, 'No sweeps in results yet. To start one:']);
      expect((await json(cwd, 'sweep', 'status')).sweep).to.equal(null);
      expect(existsSync(join(cwd, 'results'))).to.equal(false);

      await forge([...sweep, '--trials', '1'], { cwd });
      expect(await refused([...sweep, '--trials', '1'])).to.match(/toys/);
      expect(await refused(['sweep', 'show', 'toyz'])).to.match(/no sweep "toyz".*\n.*Did you mean toys\?/);
      await writeFile(join(cwd, 'bad.ts'), 'export default 3;\n');
      expect(await refused(['sweep', 'bad.ts'])).to.match(/is not a sweep/);
    }));
});
