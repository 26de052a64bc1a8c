import { cp, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { makeFolder, removeFolder } from './folder.js';
import { forge, startForge } from './forge-process.js';
import { hasTerminals, startScreen } from './screen.js';

const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];
describe('forge runs rm, restore, trash and purge', () => {
  let cwd: string;
  let template: string;
  const results = () => join(cwd, 'results');
  const run = (...words: string[]) => forge(['runs', ...words], { cwd });
  const names = async () =>
    (JSON.parse((await run('--json')).stdout).runs as { experiment: string; number: number }[]).map(
      ({ experiment, number }) => `${experiment}/${number}`,
    );

  before(async () => {
    cwd = await makeFolder();
    template = join(cwd, 'template');
    await writeToyProject(cwd);
    const words = ['train', ...configs, '--run-name', 'line', '--steps', '4'];
    for (let count = 0; count < 3; count++) expect((await forge(words, { cwd })).status).to.equal(0);
    await cp(results(), template, { recursive: true });
  });
  beforeEach(async () => {
    await rm(results(), { recursive: true });
    await cp(template, results(), { recursive: true });
  });
  after(() => removeFolder(cwd));

  it('move runs to the trash and back; numbers go on', async () => {
    await run('rename', 'line/1', 'baseline');
    const removed = await run('rm', 'line/1', 'results/line/3', 'line/1');
    expect([removed.status, removed.stdout, removed.stderr]).to.deep.equal([
      0,
      'line/1 is in the trash.\nline/3 is in the trash.\nTo move them back: forge runs restore line/1 line/3\n',
      '',
    ]);
    expect(await names()).to.deep.equal(['line/2']);
    const { stdout } = await run('trash');
    const lines = stdout.split('\n');
    expect(lines[0]).to.match(/^RUN +NAME +SIZE +REMOVED$/);
    expect(stdout).to.match(/^line\/1 +baseline +[\d.]+ kB +\d{4}-\d\d-\d\d \d\d:\d\d/m);
    expect(stdout).to.match(/^2 runs, [\d.]+ kB\.$/m);
    const shown = await run('show', 'line/3');
    expect([shown.status, shown.stderr]).to.deep.equal([
      2,
      `Error: line/3 is in the trash of ${results()}.\n  → forge runs restore line/3 moves it back.\n`,
    ]);
    expect((await run('verify', '--deep')).stdout).to.match(/^line\/2 {2}valid\n1 run, none damaged/);
    const words = ['train', ...configs, '--run-name', 'line', '--steps', '1', '--json'];
    expect(JSON.parse((await forge(words, { cwd })).stdout).number).to.equal(4);
    const restored = await run('restore', 'line/3', '--json');
    expect(JSON.parse(restored.stdout).runs).to.deep.equal([
      { run: join(results(), 'line/3'), experiment: 'line', number: 3 },
    ]);
    expect((await run('restore', 'line')).stdout).to.equal('line/1 is restored.\n');
    expect((await names()).sort()).to.deep.equal(['line/1', 'line/2', 'line/3', 'line/4']);
    expect((await run('trash')).stdout).to.equal('The trash is empty.\n');
    expect((await run('verify', '--deep')).status).to.equal(0);
    const more = ['train', '--resume', 'line/3', '--steps', '6', '--override'];
    expect((await forge(more, { cwd })).stdout).to.match(/resumed at step 4/);
  }).timeout(60_000);

  it('purge named, old and all runs with --yes, and nothing else', async () => {
    await run('rm', 'line/1', 'line/2');
    const none = await run('purge', '--older-than', '1d', '--yes');
    expect(none.stdout).to.equal('No removed runs to delete.\n');
    const one = await run('purge', 'line/1', '--yes', '--json');
    const { runs, bytes } = JSON.parse(one.stdout);
    expect([runs.length, runs[0].number, bytes]).to.deep.equal([1, 1, runs[0].bytes]);
    expect((await run('purge', '--older-than', '0m', '--yes')).stdout).to.match(/^Deleted 1 run, [\d.]+ kB\.\n$/);
    expect(await readdir(join(results(), '.trash/line'))).to.deep.equal([]);
    expect(await names()).to.deep.equal(['line/3']);
    await run('rm', 'line/3');
    await mkdir(join(results(), '.trash/line/.purging-1-20300101T000000000Z/code'), { recursive: true });
    expect((await run('trash')).stdout).to.match(
      /^1 folder is half deleted: the next forge runs purge deletes the rest\.$/m,
    );
    expect((await run('purge', '--all', '--yes')).status).to.equal(0);
    expect(await readdir(join(results(), '.trash/line'))).to.deep.equal([]);
    const words = ['train', ...configs, '--run-name', 'line', '--steps', '1', '--json'];
    expect(JSON.parse((await forge(words, { cwd })).stdout).number).to.equal(4);
  }).timeout(60_000);

  it('purge asks on a terminal', async function () {
    if (!hasTerminals) return this.skip();
    await run('rm', 'line/1', 'line/2');
    // The keys are pressed after the question is on the screen: what was typed before is discarded.
    const answer = async (keys: string, ...words: string[]) => {
      const screen = startScreen(['runs', 'purge', ...words], { cwd, columns: 80 });
      await screen.shows(/\[y\/N\]/);
      screen.press(keys);
      return { status: await screen.finished, lines: await screen.lines() };
    };
    const no = await answer('n\r', '--all');
    expect(no.lines.join('\n')).to.match(/Delete line\/2, line\/1 \(2 runs, [\d.]+ kB\) for good\? \[y\/N\]/);
    expect(no.lines.at(-1)).to.equal('Nothing was deleted.');
    expect((await answer('\x04', '--all')).lines.join('\n')).to.include('Nothing was deleted.');
    const interrupted = await answer('\x03', '--all');
    expect(interrupted.status).to.equal(130);
    expect(interrupted.lines.at(-1)).to.equal('Nothing was deleted.');
    expect((await answer('y\r', 'line/1')).lines.join('\n')).to.match(/Deleted 1 run, /);
    expect(JSON.parse((await run('trash', '--json')).stdout).runs).to.have.length(1);
  }).timeout(60_000);

  it('say what is wrong in one line with a next step, and change nothing', async () => {
    await run('rm', 'line/1');
    await run('rm', 'line/2');
    const wrong: readonly (readonly [readonly string[], string, string])[] = [
      [['rm'], 'forge runs rm requires a RUN.', 'See forge runs rm --help.'],
      [['rm', 'line'], '"line" names an experiment, not one run.', 'Name the run: its newest is line/3.'],
      [['rm', 'line/3', 'line/9'], 'There is no run "line/9" in', 'forge runs line lists its runs.'],
      [['rm', 'line/1'], 'line/1 is in the trash of', 'forge runs restore line/1 moves it back.'],
      [['rm', 'template/line/1'], `${join(cwd, 'template/line/1')} is not a run of`, 'Name its results folder'],
      [['restore', 'line/3'], 'There is no removed run "line/3" in the trash of', 'forge runs trash lists'],
      [['restore', 'line'], '"line" names 2 removed runs.', 'Name one: line/2, line/1.'],
      [['purge'], 'forge runs purge requires a RUN, --older-than AGE or --all.', 'forge runs trash lists'],
      [['purge', '--all'], 'forge runs purge would delete 2 runs, ', 'Add --yes to delete without asking.'],
      [['purge', 'line/1', '--all', '--yes'], '--all purges every removed run', 'Omit one of the two.'],
      [['purge', '--all', '--older-than', '1d', '--yes'], '--all purges every removed run, but --older-than', 'Omit'],
      [['purge', '--older-than', '30', '--yes'], '--older-than "30" is not an age.', 'Use a number and a unit'],
      [['purge', 'line/1', 'line/3', '--yes'], 'There is no removed run "line/3"', 'forge runs trash lists'],
    ];
    for (const [words, message, hint] of wrong) {
      const { status, stdout, stderr } = await run(...words);
      expect([status, stdout], words.join(' ')).to.deep.equal([2, '']);
      const [first, second, ...more] = stderr.split('\n');
      expect(first).to.include(`Error: ${message}`);
      expect(second).to.include(`  → ${hint}`);
      expect(more).to.deep.equal(['']);
    }
    expect(await names()).to.deep.equal(['line/3']);
    expect(JSON.parse((await run('trash', '--json')).stdout).runs).to.have.length(2);
  }).timeout(60_000);

  it('refuse a running run, and a link that leads out of the results folder', async () => {
    const slow = ['--run-name', 'busy', '--steps', '5000', '--ms-per-step', '5', '--save-every', '10'];
    const { child, said, finished } = startForge(['train', ...configs, ...slow], { cwd });
    await said(/checkpoints\/10$/m);
    const { status, stderr } = await run('rm', 'line/1', 'busy/1');
    child.kill('SIGTERM');
    await finished;
    expect([status, stderr]).to.deep.equal([
      2,
      `Error: busy/1 is still running: process ${child.pid} on ${hostname()}.\n` +
        '  → Stop that process first; it saves a checkpoint when it is interrupted.\n',
    ]);
    await symlink(join(template, 'line/1'), join(results(), 'line/7'));
    expect((await run('rm', 'line/7')).stderr).to.match(
      /^Error: line\/7 is reached through a link: \S+line\/7\.\n {2}→ /,
    );
    expect(await readdir(join(template, 'line/1'))).to.include('run.json');
    expect(await names()).to.include('line/1');
  }).timeout(60_000);

  it('print names in the trash without control characters', async () => {
    const evil = 'e\x1b[2Jx';
    await cp(join(template, 'line/1'), join(results(), '.trash', evil, '1-20300101T000000000Z'), { recursive: true });
    await writeFile(
      join(results(), '.trash', evil, '1-20300101T000000000Z/annotations.json'),
      JSON.stringify({ formatVersion: 2, tags: [], note: '', name: evil }),
    );
    for (const words of [['trash'], ['purge', evil], ['restore', `${evil}/2`], ['restore', `${evil}/1`]]) {
      const { stdout, stderr } = await run(...words);
      expect(`${stdout}${stderr}`.replaceAll('\n', ''), words[0]).to.not.match(/\p{Cc}/u);
    }
  });

  it('look at a run in the trash by its folder', async () => {
    await run('rm', 'line/1');
    const [entry = ''] = await readdir(join(results(), '.trash/line'));
    const path = join('results/.trash/line', entry);
    expect((await run('verify', path, '--deep')).stdout).to.match(/^line\/1 {2}valid$/m);
    expect((await run('show', path)).stdout).to.match(/^line\/1 {2}completed/);
    expect((await run()).stdout).to.not.include('trash');
  });
});
