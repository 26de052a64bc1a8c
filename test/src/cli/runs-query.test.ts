import { execFile, spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { makeFolder, removeFolder } from './folder.js';
import { forge } from './forge-process.js';
import { someRuns, writeRuns } from './write-runs.js';

const bin = fileURLToPath(new URL('../../../packages/cli/bin/forge.js', import.meta.url));
const screens = fileURLToPath(new URL('../../fixtures/runs-screens.txt', import.meta.url));

/** `script` of util-linux runs a command on a pseudo-terminal. */
const canRecord = spawnSync('script', ['--version']).stdout?.includes('util-linux') === true;

describe('forge runs --where, --sort, --group', () => {
  let cwd: string;
  const env = { TZ: 'UTC', NO_COLOR: '1', TERM: 'xterm' };
  before(async () => {
    cwd = await makeFolder();
    await writeRuns(join(cwd, 'results'), someRuns);
  });
  after(() => removeFolder(cwd));

  const run = (...words: string[]) => forge(['runs', ...words], { cwd, env });
  const json = async (...words: string[]) => JSON.parse((await run(...words, '--json')).stdout);

  /** What a command prints on a terminal of so many columns, or into a pipe (0), with its errors. */
  async function screenOf(columns: number, command: string): Promise<string> {
    const line = `'${process.execPath}' '${bin}' ${command}`;
    const shell =
      columns === 0 ? ['-c', `${line} 2>&1 | cat`] : ['-qec', `stty cols ${columns} rows 40; ${line}`, '/dev/null'];
    const environment = { ...process.env, ...env, XDG_DATA_HOME: join(cwd, '.data') };
    // Some commands fail.
    const options = { cwd, env: environment };
    const { stdout } = await promisify(execFile)(columns === 0 ? 'sh' : 'script', shell, options).catch(
      (error) => error,
    );
    return String(stdout).replaceAll('\r', '').trimEnd();
  }

  it('prints the same screens of 40, 80 and 200 columns, and into a pipe', async function () {
    if (!canRecord) {
      console.log('      skipped: no script of util-linux');
      return this.skip();
    }
    const sections = (await readFile(screens, 'utf8')).split(/^== /m).slice(1);
    expect(sections).to.have.length(20);
    if (process.env.FORGE_UPDATE_SCREENS) {
      const stored = await Promise.all(
        sections.map(async (section) => {
          const title = section.slice(0, section.indexOf('\n'));
          const command = title.slice(title.indexOf(' ') + 1);
          return `== ${title}\n${await screenOf(Number.parseInt(title, 10), command)}\n`;
        }),
      );
      return writeFile(screens, stored.join(''));
    }
    for (const section of sections) {
      const [title = '', ...expected] = section.split('\n');
      const [columns, command] = [Number.parseInt(title, 10), title.slice(title.indexOf(' ') + 1)];
      const screen = await screenOf(columns, command);
      expect(screen, title).to.equal(expected.join('\n').trimEnd());
      if (columns === 0) continue;
      const table = screen.split('\n').filter((line) => !/^(Error| {2}→)/.test(line));
      for (const line of table) expect(line.length, line).to.be.at.most(columns);
    }
  }).timeout(120_000);

  it('prints names alone for scripts, and fails where no run matches', async () => {
    const best = await run('select', '--sort', 'best.valid.loss', '--limit', '2');
    expect([best.status, best.stdout, best.stderr]).to.deep.equal([0, 'digits/3\ndigits/4\n', '']);
    expect((await run('select', '--where', 'tag = paper or status = failed')).stdout).to.equal('digits/3\ndigits/5\n');
    expect((await run('select', 'letters', '--json')).stdout).to.include('"letters/1"');
    const none = await run('select', '--where', 'tag = papr');
    expect([none.status, none.stdout]).to.deep.equal([2, '']);
    expect(none.stderr).to.equal(
      'Error: --where does not match any of the 6 runs in results.\n  → Did you mean tag = paper?\n',
    );
    const { error } = JSON.parse((await run('select', '--where', 'tag =', '--json')).stdout);
    expect(error).to.deep.include({ code: 'QUERY_INVALID', place: { text: 'tag =', start: 5, end: 5 } });
  });

  it('lists flags, best values and tags as JSON', async () => {
    const { runs } = await json('--where', 'flags.hidden = 128 and best.valid.loss < 1', '--sort', 'number:max');
    expect(runs.map(({ number }: { number: number }) => number)).to.deep.equal([4, 3]);
    expect(runs[1]).to.deep.include({
      flags: { seed: 1, hidden: 128, learningRate: 0.0001 },
      tags: ['paper', 'wide'],
      best: {
        train: { loss: { value: 0.15, step: 5 } },
        valid: { loss: { value: 0.25, step: 4 }, accuracy: { value: 0.95, step: 3 } },
      },
    });
  });

  it('groups the seeds of a configuration, with mean, standard deviation and best', async () => {
    const { groups } = await json('digits', '--group', 'configuration', '--sort', 'best.valid.loss');
    expect(groups.map(({ runs }: { runs: string[] }) => runs)).to.deep.equal([
      ['digits/3', 'digits/4'],
      ['digits/2', 'digits/1'],
      ['digits/5'],
    ]);
    const { count, mean, standardDeviation, best } = groups[0].metrics['best.valid.loss'];
    expect([count, mean, best]).to.deep.equal([2, 0.255, { run: 'digits/3', value: 0.25 }]);
    expect(standardDeviation).to.be.closeTo(Math.sqrt(2) * 0.005, 1e-15);
    expect(groups[2].metrics['best.valid.loss'].standardDeviation).to.equal(null);
    expect(groups[0].flags).to.deep.equal({ hidden: 128, learningRate: 0.0001 });
    const byExperiment = (await json('--group', 'experiment')).groups;
    expect(byExperiment.map(({ experiments }: { experiments: string[] }) => experiments)).to.deep.equal([
      ['digits'],
      ['letters'],
    ]);
  });

  it('prints CSV of RFC 4180 with exact numbers', async () => {
    const quoted = [{ ...someRuns[0]!, number: 7, flags: { note: 'a "b", c\nd', rate: 1 / 3 }, loss: 0.1 + 0.2 }];
    await writeRuns(join(cwd, 'quoted'), quoted);
    const { stdout } = await run('--csv', '--results-dir', 'quoted');
    expect(stdout).to.equal(
      'experiment,number,status,created,duration,step,epoch,backend,engine,host,flags.note,flags.rate,' +
        'last.train.loss,last.valid.accuracy,last.valid.loss,best.train.loss,best.valid.accuracy,best.valid.loss\n' +
        'digits,7,completed,2026-01-01T09:30:00.000Z,90,700,1,toy,plain,host,"a ""b"", c\nd",0.3333333333333333,' +
        '0.15000000000000002,0.9,0.30000000000000004,0.15000000000000002,0.9,0.4\n',
    );
    const some = await run('--csv', '--columns', 'tag,flags.hidden', '--sort', 'best.valid.loss', '--limit', '2');
    expect(some.stdout).to.equal('run,tag,flags.hidden\ndigits/3,paper wide,128\ndigits/4,,128\n');
  });

  it('says in one line what is wrong, and what to do', async () => {
    for (const [words, message, hint] of [
      [['--sort', 'last.valid.loss:up'], 'No run has a metric "valid.loss:up".', 'Did you mean last.valid.loss?'],
      [['--last', '20'], '--last takes a duration, and "20" is not one.', 'Write --limit 20'],
      [['--all', '--limit', '3'], '--all and --limit cannot be used together.', ''],
      [['--group', 'configuration', '--columns', 'status'], '--group and --columns cannot be used together.', ''],
      [['--limit', '0'], '--limit', ''],
      [['digit', '--where', 'step > 3'], 'There is no experiment "digit" in results.', 'Did you mean digits?'],
      [['--group', 'seed'], '--group', 'experiment'],
    ] as const) {
      const { status, stderr } = await run(...words);
      expect([status, stderr.startsWith('Error: ')], stderr).to.deep.equal([2, true]);
      expect(stderr).to.include(message).and.to.include(hint);
    }
    const { status, stdout } = await run('--where', 'status = stopped and step > 100');
    expect([status, stdout]).to.deep.equal([
      0,
      '--where does not match any of the 6 runs in results.\n' +
        'Runs that match each part: status = stopped: 0; step > 100: 4. Values of status: completed, failed.\n',
    ]);
  });
});
