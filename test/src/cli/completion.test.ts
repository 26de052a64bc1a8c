import { execFile, spawnSync } from 'node:child_process';
import { access, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { writeFiles } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { writeCurveRuns } from './curve-runs.js';
import { makeFolder, removeFolder } from './folder.js';
import { cleanEnvironment, forge } from './forge-process.js';
import { hasTerminals, startOnTerminal } from './screen.js';

const bin = fileURLToPath(new URL('../../../packages/cli/bin/forge.js', import.meta.url));
const has = (program: string) => spawnSync(program, ['--version']).status === 0;

describe('shell completion', function () {
  this.timeout(60_000);
  let cwd: string;
  before(async () => {
    cwd = await makeFolder();
    await writeFiles(await writeCurveRuns(cwd), { 'rates/sweep.json': '{}' });
    await mkdir(join(cwd, 'bin'));
    await symlink(bin, join(cwd, 'bin', 'forge'));
  });
  after(() => removeFolder(cwd));

  const environment = () => ({
    ...cleanEnvironment(),
    FORGE_FLAG_RESULTS_DIR: 'curves',
    XDG_DATA_HOME: join(cwd, '.data'),
    PATH: `${join(cwd, 'bin')}:${process.env.PATH}`,
  });

  describe('forge __complete', () => {
    const answer = async (...words: string[]) => {
      const { stdout, stderr } = await forge(['__complete', 'zsh', ...words], {
        cwd,
        env: { FORGE_FLAG_RESULTS_DIR: 'curves' },
      });
      expect(stderr).to.equal('');
      return stdout
        .split('\n')
        .map((line) => line.split('\t')[0]!)
        .filter((value) => value !== '');
    };

    const cases: readonly (readonly [words: readonly string[], expected: readonly string[]])[] = [
      [['pre'], ['predict']],
      [['runs', 'wa'], ['watch']],
      [
        ['plugins', 'in'],
        ['inspect', 'install'],
      ],
      [['runs', 'plot', '--wi'], ['--width']],
      [
        ['runs', 'plot', '--width', ''],
        ['3.3', '6.9'],
      ],
      [['runs', 'plot', '--x=e'], ['--x=epoch']],
      [['runs', 'plot', 'valid.'], ['valid.loss']],
      [
        ['runs', 'plot', 'valid.loss,t'],
        ['valid.loss,train.learningRate', 'valid.loss,train.loss'],
      ],
      [
        ['runs', 'plot', 'valid.loss', 'digits/'],
        ['digits/3', 'digits/2', 'digits/1', ':files'],
      ],
      [
        ['runs', 'plot', 'valid.loss', 'digits/1', 'd'],
        ['digits', 'digits/3', 'digits/2', 'digits/1', ':files'],
      ],
      [['runs', 'show', 'li', '--results-dir', 'res'], [':files']],
      [
        ['runs', '--results-dir', 'results', 'show', 'li'],
        ['line', 'line/1', ':files'],
      ],
      [
        ['runs', 'show', '--results-dir=results', 'li'],
        ['line', 'line/1', ':files'],
      ],
      [
        ['eval', 'digits', '--checkpoint', ''],
        ['latest', 'best', 'best:train.loss', 'best:valid.loss'],
      ],
      [
        ['train', '--backend', 't'],
        ['tfjs', 'toy'],
      ],
      [['train', '--run-name', 'd'], ['digits']],
      [
        ['train', '--resume', 'digits/2'],
        ['digits/2', ':files'],
      ],
      [['train', '--data-config', ''], [':files']],
      [
        ['sweep', 'show', ''],
        ['rates', ':files'],
      ],
      [['sweep', '--resume', ''], ['rates']],
      [['sweep', '--maximize', 'valid.'], ['valid.loss']],
      [
        ['sweep', 'st'],
        ['status', 'stop', ':files'],
      ],
      [
        ['sweep', '--value', ''],
        ['best', 'last'],
      ],
      [
        ['completion', ''],
        ['bash', 'zsh', 'fish'],
      ],
      [['nonsense', ''], []],
      [['runs', 'show', '../../'], [':files']],
    ];
    for (const [words, expected] of cases) {
      it(`forge ${words.join(' ')} …`, async () => {
        expect(await answer(...words)).to.deep.equal(expected);
      });
    }

    it('lists every command and topic, and every flag', async () => {
      const commands = await answer('');
      expect(commands).to.include.members(['train', 'runs', 'plugins', 'generate', 'completion']);
      expect(await answer('train', '--')).to.include.members(['--backend', '--data-config', '--json', '--help']);
    });

    it('splits the line of bash, with quotes', async () => {
      const { stdout } = await forge(['__complete', 'bash', 'forge runs "show"  --results-dir \'results\' li'], {
        cwd,
      });
      expect(stdout).to.match(/^line\t\nline\/1\t\n:files\n$/);
    });

    it('prints nothing where nothing can be read', async () => {
      await writeFile(join(cwd, 'no-folder'), '');
      const { status, stdout, stderr } = await forge(
        ['__complete', 'zsh', 'runs', 'show', '--results-dir', 'no-folder', ''],
        { cwd },
      );
      expect([status, stdout, stderr]).to.deep.equal([0, ':files\n', '']);
    });

    it('runs no code of a project, and prints no control characters of names', async () => {
      const mark = join(cwd, 'was-run');
      const marking = `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(mark)}, '');\n`;
      const project = join(cwd, 'strange');
      const plugin = {
        name: 'evil',
        version: '1.0.0',
        type: 'module',
        forge: { plugin: './p.js', port: 1, backends: ['evil\u001b[2J', 'evil'] },
      };
      await writeFiles(project, {
        'forge.config.ts': `${marking}export default { resultsDir: 'elsewhere' };\n`,
        'package.json': '{ "dependencies": { "evil": "1.0.0" } }',
        'node_modules/evil/package.json': JSON.stringify(plugin),
        'node_modules/evil/p.js': marking,
        'results/ok/1/run.json': '{',
        'results/evil\u001b[2J/1/run.json': '{',
        forge: `#!/bin/sh\ntouch '${mark}'\n`,
      });
      for (const words of [[''], ['train', '--backend', ''], ['runs', 'show', ''], ['runs', 'plot', '']]) {
        const { stdout, stderr } = await forge(['__complete', 'zsh', ...words], { cwd: project });
        expect(`${stdout}${stderr}`.replaceAll(/[\n\t]/g, '')).to.not.match(/\p{Cc}/u);
      }
      expect(
        await access(mark).then(
          () => true,
          () => false,
        ),
      ).to.equal(false);
    });

    it('answers within 150 ms more than forge --version takes', async () => {
      const time = async (words: readonly string[]) => {
        const times: number[] = [];
        for (let round = 0; round < 5; round++) {
          const began = performance.now();
          await forge(words, { cwd, env: { FORGE_FLAG_RESULTS_DIR: 'curves' } });
          times.push(performance.now() - began);
        }
        return Math.min(...times);
      };
      const version = await time(['--version']);
      // On a busy machine all programs are slower, in proportion.
      const limit = Math.max(150, 2 * version);
      for (const words of [['runs', 'show', ''], ['train', '--backend', ''], ['runs', 'plot', ''], ['']]) {
        expect((await time(['__complete', 'zsh', ...words])) - version, words.join(' ')).to.be.below(limit);
      }
    });
  });

  for (const shell of ['bash', 'zsh', 'fish']) {
    it(`forge completion ${shell} prints a script that ${shell} reads`, async function () {
      // The shell is not installed on this machine.
      if (!has(shell)) return this.skip();
      const { status, stdout, stderr } = await forge(['completion', shell], { cwd });
      expect([status, stderr]).to.deep.equal([0, '']);
      await writeFile(join(cwd, `script.${shell}`), stdout);
      const checked = spawnSync(shell, ['-n', join(cwd, `script.${shell}`)], { encoding: 'utf8' });
      expect([checked.status, checked.stderr]).to.deep.equal([0, '']);
    });
  }

  it('of an unknown shell: an error that names the known ones', async () => {
    const { status, stderr } = await forge(['completion', 'tcsh'], { cwd });
    expect([status, stderr]).to.deep.equal([
      2,
      'Error: There is no completion for "tcsh".\n  → Available: bash, zsh, fish.\n',
    ]);
  });

  /** The candidates of bash for a line, with the cursor at its end. */
  async function inBash(line: string): Promise<string[]> {
    const word = /[^\s:=]*$/.exec(line)![0];
    const script = `eval "$(forge completion bash)"
COMP_LINE=$1 COMP_POINT=\${#1}
_forge_completion forge "$2"
printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await promisify(execFile)('bash', ['-c', script, 'bash', line, word], {
      cwd,
      env: environment(),
    });
    return stdout.split('\n').filter((candidate) => candidate !== '');
  }

  it('in bash: commands, runs, and values after a colon or an equals sign', async function () {
    if (!has('bash')) return this.skip();
    expect(await inBash('forge runs ver')).to.deep.equal(['verify']);
    expect(await inBash('forge runs show digits/')).to.include.members(['digits/1', 'digits/2']);
    expect(await inBash('forge eval digits --checkpoint best:v')).to.deep.equal(['valid.loss']);
    expect(await inBash('forge eval digits --checkpoint=lat')).to.deep.equal(['latest']);
    expect(await inBash('forge train --data-config data')).to.include('data.ts');
  });

  it('in fish: commands with descriptions, runs, and values', async function () {
    if (!has('fish')) return this.skip();
    const inFish = async (line: string) => {
      const script = 'forge completion fish | source; complete -C $argv[1]';
      const { stdout } = await promisify(execFile)('fish', ['--no-config', '-c', script, line], {
        cwd,
        env: environment(),
      });
      return stdout.split('\n').filter((candidate) => candidate !== '');
    };
    expect(await inFish('forge runs ver')).to.deep.equal([
      'verify\tCheck run folders for missing, truncated, modified and leftover files.',
    ]);
    expect(await inFish('forge runs show digits/')).to.include.members(['digits/1', 'digits/2']);
    expect(await inFish('forge eval digits --checkpoint best:v')).to.deep.equal(['best:valid.loss']);
    expect(await inFish('forge train --data-config data')).to.include('data.ts');
  });

  for (const [shell, program] of [
    ['bash', ['bash', '--norc', '--noprofile', '-i']],
    ['zsh', ['zsh', '-f', '-i']],
  ] as const) {
    it(`in ${shell} on a terminal: Tab completes what is typed`, async function () {
      if (!hasTerminals || !has(shell)) return this.skip();
      const { FORGE_FLAG_RESULTS_DIR, PATH } = environment();
      const env = { FORGE_FLAG_RESULTS_DIR, PATH, HISTFILE: '/dev/null' };
      const screen = startOnTerminal(program, { cwd, columns: 100, env });
      await screen.shows(/[$%#] ?$/);
      if (shell === 'zsh') screen.press('autoload -Uz compinit; compinit -u -d ./.zcompdump\n');
      screen.press("PS1='$ '\n");
      screen.press(`eval "$(forge completion ${shell})"; echo read''y\n`);
      await screen.shows(/^ready$/);
      for (const [typed, completed] of [
        ['forge ru\t', /\$ forge runs $|\$ forge runs$/],
        ['sho\t', /\$ forge runs show ?$/],
        ['digits/3\t', /\$ forge runs show digits\/3 ?$/],
        ['\u0015forge eval digits --checkpoint best:v\t', /\$ forge eval digits --checkpoint best:valid\.loss ?$/],
      ] as const) {
        screen.press(typed);
        await screen.shows(completed);
      }
      screen.press('\u0015exit\n');
      await screen.finished;
    });
  }
});
