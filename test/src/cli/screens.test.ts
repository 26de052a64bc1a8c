import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFiles, writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { makeFolder, removeFolder } from './folder.js';
import { forge } from './forge-process.js';
import { itPrintsItsScreens } from './screen.js';

const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];
const saving = ['--steps', '40', '--eval-every', '10', '--save-every', '10', '--keep', 'all'];
const created = Date.UTC(2026, 0, 5, 9, 30);

const shownFlags = [
  ...['backend', 'engine', 'dataConfig', 'modelConfig', 'runName', 'resultsDir', 'seed', 'steps', 'evalEvery'],
  ...['restoreBest', 'saveEvery', 'keep', 'batchSize', 'hidden', 'learningRate', 'momentum'],
];

/** Gives a run the times, machine and versions of no machine. Not its checkpoints, which have checksums. */
async function settle(run: string, day: number): Promise<void> {
  const at = (seconds: number) => new Date(created + day * 86_400_000 + seconds * 1000).toISOString();
  const change = async (file: string, changes: object) => {
    const found = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ ...found, ...changes }));
  };
  await change(join(run, 'run.json'), {
    ...{ created: at(0), ended: at(75), directory: '/home/user/project', git: null },
    ...{ host: { hostname: 'host', cpu: 'CPU', cpus: 8 }, versions: { forge: '1.0.0', node: '24.0.0' } },
    command: ['node', 'forge', 'train', ...configs, '--run-name', 'line'],
  });
  // A flag that is new in Forge changes no screen.
  const { flags } = JSON.parse(await readFile(join(run, 'flags.json'), 'utf8'));
  const shown = Object.entries(flags).filter(([name]) => shownFlags.includes(name));
  await change(join(run, 'flags.json'), { flags: Object.fromEntries(shown) });
}

/** A plugin that fails to load. The check of its backend has the longest name, whatever engines the machine has. */
const badPlugin = {
  'package.json': JSON.stringify({
    name: 'bad-plugin',
    version: '1.0.0',
    forge: { plugin: './index.js', port: 1, backends: ['bad-installation'] },
  }),
  'index.js': "throw new Error('The library libbad.so.3 is missing.');",
};

/** The checks that are the same on every machine. */
function stableChecks(text: string): string {
  const stable = /^[✓!✗] (forge|node|backend (toy|null|bad-installation)|engine toy\/broken) /;
  const checks = text.split(/\n(?=[✓!✗] )/).filter((check) => stable.test(check));
  return checks.join('\n').replace(/^(✓ node +).*$/m, (_, lead: string) => `${lead}24.0.0`);
}

describe('the screens of', () => {
  let cwd: string;
  const run = async (...words: string[]) => {
    const { status, stderr } = await forge(words, { cwd });
    expect(status, stderr).to.equal(0);
  };
  before(async function () {
    this.timeout(60_000);
    cwd = await makeFolder();
    await writeToyProject(cwd, {
      'package.json': JSON.stringify({ dependencies: { 'toy-plugin': '1.0.0', 'bad-plugin': '1.0.0' } }),
    });
    await writeFiles(join(cwd, 'node_modules', 'bad-plugin'), badPlugin);
    const train = ['train', ...configs, ...saving];
    await run(...train, '--run-name', 'line');
    await run(...train, '--run-name', 'line', '--hidden', '8', '--learning-rate', '0.01');
    await run(...train, '--run-name', 'line', '--hidden', '16');
    await run(...train, '--run-name', 'removed-experiment-with-a-long-name');
    const space = ['--space', 'hidden=4,8', '--space', 'learningRate=0.00001,1e30', '--method', 'grid'];
    await run('sweep', ...configs, ...space, '--minimize', 'valid.loss', '--steps', '20', '--name', 'line-sweep');
    for (const number of [1, 2, 3]) await settle(join(cwd, 'results/line', String(number)), number);
    await run('runs', 'tag', 'line/2', '--add', 'paper,wide');
    await run('runs', 'note', 'line/2', 'Eight hidden units, a lower learning rate, and the same data.');
    await run('runs', 'rm', 'removed-experiment-with-a-long-name/1');
  });
  after(() => removeFolder(cwd));

  const steady = (text: string) =>
    text
      .replaceAll(cwd, '/home/user/project')
      .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, '2026-01-05 09:30')
      .replaceAll(/\d\.\d\d kB/g, '2.32 kB')
      .replaceAll(/\d\d\.\d kB/g, '18.6 kB')
      .replaceAll(/\bend\/\d/g, 'end/1')
      .replaceAll(/after \d+:\d\d/g, 'after 0:01');
  const at = () => cwd;
  itPrintsItsScreens({ name: 'runs-show', words: ['runs', 'show', 'line/2'], mayBeWider: true, steady }, at);
  itPrintsItsScreens({ name: 'runs-diff', words: ['runs', 'diff', 'line/1', 'line/2'], steady }, at);
  itPrintsItsScreens({ name: 'runs-compare', words: ['runs', 'compare', 'line/1', 'line/2', 'line/3'], steady }, at);
  itPrintsItsScreens({ name: 'checkpoints-list', words: ['checkpoints', 'list', 'line/2'], steady }, at);
  itPrintsItsScreens({ name: 'runs-trash', words: ['runs', 'trash'], steady }, at);
  itPrintsItsScreens({ name: 'eval', words: ['eval', 'line/2'], steady }, at);
  itPrintsItsScreens(
    { name: 'train-end', words: ['train', ...configs, '--run-name', 'end', '--steps', '12'], steady },
    at,
  );
  const steadyTimes = (text: string) => steady(text).replaceAll(/\b\d:\d\d\b/g, '0:01');
  itPrintsItsScreens({ name: 'sweep-status', words: ['sweep', 'status', 'line-sweep'], steady: steadyTimes }, at);
  itPrintsItsScreens(
    { name: 'sweep-show', words: ['sweep', 'show', 'line-sweep'], mayBeWider: true, steady: steadyTimes },
    at,
  );
  itPrintsItsScreens({ name: 'find-lr', words: ['find-lr', ...configs, '--highest-rate', '100'] }, at);
  const profiled = ['train', ...configs, '--run-name', 'profiled', '--steps', '12', '--profile', '12'];
  const steadyProfile = (text: string) =>
    steady(text)
      .replaceAll(/\bprofiled\/\d/g, 'profiled/1')
      .replaceAll(/ {2}\d\.\d{3}\b/g, '  0.012')
      .replaceAll(/ in \d\.\d{3} /g, ' in 0.060 ')
      .replaceAll(/ +\d+%$/gm, '    20%');
  itPrintsItsScreens({ name: 'train-profile', words: profiled, steady: steadyProfile }, at);
  itPrintsItsScreens({ name: 'doctor', words: ['doctor'], mayBeWider: true, status: 1, steady: stableChecks }, at);
});
