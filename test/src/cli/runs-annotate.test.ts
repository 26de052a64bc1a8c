import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { makeFolder, removeFolder } from './folder.js';
import { forge, startForge } from './forge-process.js';

const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];

describe('forge runs tag, note and rename', () => {
  let cwd: string;
  const annotations = async (run: string) =>
    JSON.parse(await readFile(join(cwd, 'results', run, 'annotations.json'), 'utf8'));
  before(async () => {
    cwd = await makeFolder();
    await writeToyProject(cwd);
    for (let count = 0; count < 2; count++) {
      const words = ['train', ...configs, '--run-name', 'line', '--steps', '4'];
      expect((await forge(words, { cwd })).status).to.equal(0);
    }
  });
  after(() => removeFolder(cwd));

  it('write the annotations of runs, which forge runs show prints', async () => {
    const tagged = await forge(['runs', 'tag', 'line/1', 'results/line/2', '--add', 'paper, best'], { cwd });
    expect([tagged.status, tagged.stdout, tagged.stderr]).to.deep.equal([
      0,
      'line/1  tags paper, best\nline/2  tags paper, best\n',
      '',
    ]);
    const twice = await forge(['runs', 'tag', 'line/1', '--add', 'a', '--add=b,c', '--json'], { cwd });
    expect(JSON.parse(twice.stdout).runs[0].tags).to.deep.equal(['paper', 'best', 'a', 'b', 'c']);
    const most = ['runs', 'tag', 'line/1', '--remove', 'a,c', '--remove', 'b', '--remove', 'best,draft', '--json'];
    const removed = await forge(most, { cwd });
    expect(JSON.parse(removed.stdout).runs).to.deep.equal([
      { run: join(cwd, 'results/line/1'), experiment: 'line', number: 1, tags: ['paper'], note: '', name: '' },
    ]);
    expect(removed.stderr).to.equal('Warning: line/1 had no tag draft.\n');
    const noted = await forge(['runs', 'note', 'line/1', 'overfits', 'after', '10k'], { cwd });
    expect(noted.stdout).to.equal('line/1  note overfits after 10k\n');
    const named = await forge(['runs:rename', 'line/1', 'wide, no dropout'], { cwd });
    expect(named.stdout).to.equal('line/1  name wide, no dropout\n');
    expect(await annotations('line/1')).to.deep.equal({
      formatVersion: 2,
      tags: ['paper'],
      note: 'overfits after 10k',
      name: 'wide, no dropout',
    });
    const { stdout } = await forge(['runs', 'show', 'line/1'], { cwd });
    expect(stdout).to.match(/^ {2}name +wide, no dropout\n {2}tags +paper\n {2}note +overfits after 10k$/m);
    expect((await forge(['runs', 'verify', '--deep'], { cwd })).status).to.equal(0);
    for (const [words, field] of [
      [['note'], 'note'],
      [['rename'], 'name'],
    ] as const) {
      const gone = await forge(['runs', ...words, 'line/1', '--remove'], { cwd });
      expect(gone.stdout).to.equal(`line/1  no ${field}\n`);
    }
    expect(await annotations('line/1')).to.deep.include({ note: '', name: '', tags: ['paper'] });
  });

  it('say what is wrong in one line, and change nothing', async () => {
    const wrong: readonly (readonly [readonly string[], string, string])[] = [
      [
        ['tag', 'line/1'],
        'forge runs tag requires --add TAGS or --remove TAGS.',
        'For example: forge runs tag line/1 --add paper',
      ],
      [['tag', 'line/1', 'draft'], 'forge runs tag requires', 'For example: forge runs tag line/1 --add draft'],
      [['note', 'line/1', '--results-dir', 'a', '--results-dir', 'b'], '--results-dir is given twice.', 'Keep one of'],
      [['tag', 'line/1', '--add', 'two words'], '"two words" is not a valid tag.', 'Start with a letter'],
      [['tag', 'line/1', '--add', 'a,,b'], '--add "a,,b" has an empty part: a tag is missing.', 'Write the tag, or'],
      [['tag', 'line/1', '--remove', ','], '--remove "," names nothing.', 'Name one tag or more'],
      [['tag', 'line/1', '--add', 'x,y', '--remove', 'y'], 'The tag y is added and removed.', 'Name it in --add'],
      [['tag', 'line/1', 'line/9', '--add', 'x'], 'There is no run "line/9"', 'forge runs line'],
      [['note', 'line/1'], 'forge runs note requires TEXT or --remove.', 'See forge runs note --help.'],
      [['note', 'line/1', 'x', '--remove'], 'forge runs note requires either TEXT or --remove.', 'See forge'],
      [['rename', 'line/1', 'a\nb'], 'The name contains control or invisible characters.', 'Use text on one line.'],
    ];
    const before = await annotations('line/1');
    for (const [words, message, hint] of wrong) {
      const { status, stderr } = await forge(['runs', ...words], { cwd });
      expect(status, words.join(' ')).to.equal(2);
      const [first, second] = stderr.split('\n');
      expect(first).to.include(`Error: ${message}`);
      expect(second).to.include(`  → ${hint}`);
    }
    expect(await annotations('line/1')).to.deep.equal(before);
  });

  it('a display name is no address, and is suggested', async () => {
    await forge(['runs', 'rename', 'line/2', 'Wide Net'], { cwd });
    const { status, stderr } = await forge(['runs', 'show', 'wide net'], { cwd });
    expect(status).to.equal(2);
    expect(stderr).to.include('→ Did you mean line/2? ');
  });

  it('annotate a running run, which keeps running and keeps the annotations', async () => {
    const slow = ['--run-name', 'busy', '--steps', '5000', '--ms-per-step', '5', '--save-every', '10'];
    const { child, said, finished } = startForge(['train', ...configs, ...slow], { cwd });
    await said(/checkpoints\/10$/m);
    expect((await forge(['runs', 'tag', 'busy', '--add', 'live'], { cwd })).status).to.equal(0);
    child.kill('SIGTERM');
    expect((await finished).stderr).to.equal('');
    expect(await annotations('busy/1')).to.deep.include({ tags: ['live'] });
    const more = ['train', '--resume', 'busy', '--override', '--steps', '20', '--ms-per-step', '0'];
    expect((await forge(more, { cwd })).status).to.equal(0);
    expect(await annotations('busy/1')).to.deep.include({ tags: ['live'] });
  });

  it('print a stranger’s text without control characters, and show a run whose annotations are invalid', async () => {
    const file = join(cwd, 'results/line/2/annotations.json');
    const evil = '\x1b]52;c;aGk=\x07\x1b[2J';
    await writeFile(file, JSON.stringify({ formatVersion: 2, tags: [evil], note: evil, name: evil }));
    for (const words of [
      ['show', 'line/2'],
      ['tag', 'line/2', '--add', 'x'],
      ['note', 'line/2', 'n'],
    ]) {
      const { status, stdout, stderr } = await forge(['runs', ...words], { cwd });
      expect(status).to.equal(0);
      expect(`${stdout}${stderr}`.replaceAll('\n', '')).to.not.match(/\p{Cc}/u);
    }
    await writeFile(file, '{ "tags": 1 }');
    const { status, stdout } = await forge(['runs', 'show', 'line/2'], { cwd });
    expect(status).to.equal(0);
    expect(stdout).to.match(/^ {2}annotations +invalid: see forge runs verify$/m);
    const refused = await forge(['runs', 'note', 'line/2', 'x'], { cwd });
    expect(refused.status).to.equal(2);
    expect(refused.stderr).to.include('→ forge runs verify RUN --repair moves it to the quarantine.');
  });
});
