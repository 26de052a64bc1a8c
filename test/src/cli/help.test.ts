import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { inFolder } from './folder.js';
import { forge } from './forge-process.js';

describe('help', () => {
  it('lists every command', () =>
    inFolder(async (cwd) => {
      const { status, stdout, stderr } = await forge(['--help'], { cwd });
      expect([status, stderr]).to.deep.equal([0, '']);
      for (const command of [
        'init',
        'train',
        'eval',
        'export',
        'predict',
        'serve',
        'runs',
        'backends',
        'doctor',
        'plugins',
        'version',
      ]) {
        expect(stdout).to.match(new RegExp(`^  ${command} +\\S`, 'm'));
      }
      expect((await forge(['runs', '--help'], { cwd })).stdout).to.include('runs show');
    }));

  it('lists the commands of the plugins that come with Forge among its own, as their pages describe them', () =>
    inFolder(async (cwd) => {
      const { stdout } = await forge(['--help'], { cwd });
      const [own, others = ''] = stdout.split('COMMANDS OF PLUGINS');
      for (const command of ['ui', 'report']) {
        const { stdout: page } = await forge([command, '--help'], { cwd });
        expect(own).to.match(new RegExp(`^  ${command} +\\S`, 'm'));
        expect(own!.replaceAll(/\s+/g, ' ')).to.include(`${command} ${page.split('\n')[0]}`);
        expect(others).to.not.match(new RegExp(`^ +${command} `, 'm'));
      }
    }));

  it('of find-lr ends with the flags of the named configs, too', () =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const configs = ['--backend=toy', '--data-config=data.ts', '--model-config=model.ts'];
      const { status, stdout, stderr } = await forge(['find-lr', ...configs, '--help'], { cwd });
      expect([status, stderr]).to.deep.equal([0, '']);
      expect(stdout).to.match(/^FLAGS OF data\.ts\n {2}--batch-size=N /m);
      expect(stdout).to.match(/^FLAGS OF model\.ts\n[\s\S]*--dropout=X /m);
    }));

  it('of train ends with the flags of the named configs, with defaults, ranges and choices', () =>
    inFolder(async (cwd) => {
      const { model } = await writeToyProject(cwd);
      const text = await readFile(model, 'utf8');
      await writeToyProject(cwd, {
        'model.ts': text.replace('flags: {', "flags: { kind: flag.string('a', 'Which.', { choices: ['a', 'b'] }),"),
      });
      const one = await forge(['train', '--backend', 'toy', '--data-config', 'data.ts', '--help'], { cwd });
      expect([one.status, one.stderr]).to.deep.equal([0, '']);
      expect(one.stdout).to.match(/^ {2}--resume=TEXT /m);
      expect(one.stdout).to.match(
        /^FLAGS OF data\.ts\n {2}--batch-size=N +\[default: 4\] Examples per minibatch\. \(at least 1\)$/m,
      );
      expect(one.stdout).not.to.include('FLAGS OF model.ts');
      const configs = ['--backend=toy', '--data_config=data.ts', '--modelConfig=model.ts'];
      const both = await forge(['train', ...configs, '--help'], { cwd });
      expect(both.stdout).to.match(
        /^FLAGS OF model\.ts\n[\s\S]*--dropout=X +\[default: 0\.25\] [\s\S]*\(0 to 0\.9\)$/m,
      );
      expect(both.stdout).to.match(/--kind=TEXT +\[default: a\] Which\. \(one of a, b\)$/m);
      const broken = await forge(['train', '--backend=toy', '--data-config=dta.ts', '--help'], { cwd });
      expect([broken.status, /^Error: There is no config file/.test(broken.stderr)]).to.deep.equal([2, true]);
      expect(broken.stdout).to.include('--resume=TEXT');
    }));

  it('suggests the closest command and flag', () =>
    inFolder(async (cwd) => {
      const wrong: readonly [readonly string[], string, string][] = [
        [['trian'], 'There is no command forge trian.', 'Did you mean forge train?'],
        [['help', 'doctr'], 'There is no command forge doctr.', 'Did you mean forge doctor?'],
        [['runs', '--result-dir', 'x'], 'There is no flag --result-dir.', 'Did you mean --results-dir?'],
        [['eval'], 'forge eval requires a RUN.', 'See forge eval --help.'],
        [
          ['backends', 'all'],
          '"all" is not expected after forge backends.',
          'forge backends --help lists its arguments.',
        ],
        [
          ['plugins', 'install', 'x', '--allow-script'],
          'There is no flag --allow-script.',
          'Did you mean --allow-scripts?',
        ],
        [
          ['runs', 'lin'],
          'There is no experiment "lin" in results.',
          'Commands: forge runs, forge runs code, … forge runs lists every experiment.',
        ],
        [
          ['runs', 'shw'],
          'There is no experiment "shw" in results.',
          'Did you mean forge runs show? forge runs lists every experiment.',
        ],
        [['runs', 'shw', 'line/1'], 'There is no command forge runs shw.', 'Did you mean forge runs show?'],
        [['train', '--bakend', 'toy'], 'There is no flag --bakend.', 'Did you mean --backend?'],
        [
          ['train', 'toy'],
          'Unexpected argument "toy": every setting is a --flag.',
          'Write it as --name value; a value with spaces needs quotes.',
        ],
      ];
      await Promise.all(
        wrong.map(async ([words, message, hint]) => {
          const { status, stdout, stderr } = await forge(words, { cwd });
          // The commands below `forge runs` are many.
          const short = stderr.replace(/(forge runs code,).*?\. /, '$1 … ');
          expect([status, stdout, short]).to.deep.equal([2, '', `Error: ${message}\n  → ${hint}\n`]);
        }),
      );
    }));
});

describe('start-up', () => {
  it('of --version loads no engine, no core and no command', () =>
    inFolder(async (cwd) => {
      const coverage = await mkdtemp(join(tmpdir(), 'forge-loaded-'));
      try {
        const { status, stdout } = await forge(['--version'], { cwd, env: { NODE_V8_COVERAGE: coverage } });
        expect([status, /^@forge-ml\/cli\/\d+\.\d+\.\d+ /.test(stdout)]).to.deep.equal([0, true]);
        const [report] = await readdir(coverage);
        const { result } = JSON.parse(await readFile(join(coverage, report!), 'utf8')) as { result: { url: string }[] };
        const loaded = result.map(({ url }) => url).filter((url) => url.startsWith('file:'));
        expect(loaded.some((url) => url.endsWith('/packages/cli/bundle/main.js'))).to.equal(true);
        const heavy = /packages\/(core|backend-[^/]+)\/|@tensorflow|onnxruntime|\/bundle\/commands\//;
        expect(loaded.filter((url) => heavy.test(url))).to.deep.equal([]);
      } finally {
        await rm(coverage, { recursive: true, force: true });
      }
    }));
});
