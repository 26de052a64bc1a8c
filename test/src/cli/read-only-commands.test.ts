import { access, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ForgeLibrary, tensor, writeTensorFile } from '@forge-ml/core';
import { writeFiles, writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { makeFolder, removeFolder } from './folder.js';
import { forge } from './forge-process.js';

const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];

describe('read-only commands on a run', () => {
  let cwd: string;
  let run: string;
  let mark: string;
  /** Code that leaves a file when it runs. */
  let marking: string;
  const marked = () =>
    access(mark).then(
      () => true,
      () => false,
    );

  before(async () => {
    cwd = await makeFolder();
    mark = join(cwd, 'was-run');
    marking = `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(mark)}, '');\n`;
    const { data } = await writeToyProject(cwd);
    await writeFile(data, `${marking}${await readFile(data, 'utf8')}`);
    expect((await forge(['train', ...configs, '--run-name', 'line', '--steps', '4'], { cwd })).status).to.equal(0);
    expect((await forge(['train', ...configs, '--run-name', 'other', '--steps', '2'], { cwd })).status).to.equal(0);
    run = join(cwd, 'results', 'line', '1');
    await writeTensorFile(join(cwd, 'in.safetensors'), new Map([['x', tensor(new Float32Array(4), [2, 2])]]));
    // What the sender of a run may have put into its folder. Read-only commands must not load it, even from inside.
    const plugin = {
      name: 'evil',
      version: '1.0.0',
      type: 'module',
      forge: { plugin: './p.js', port: 1, backends: ['e'] },
    };
    await writeFiles(run, {
      'forge.config.ts': `${marking}export default {};\n`,
      'package.json': '{ "dependencies": { "evil": "1.0.0" } }',
      'node_modules/evil/package.json': JSON.stringify(plugin),
      'node_modules/evil/p.js': marking,
    });
  });
  beforeEach(() => rm(mark, { force: true }));
  after(() => removeFolder(cwd));

  const readOnly: readonly (readonly string[])[] = [
    ['runs'],
    ['runs', 'show', 'line'],
    ['runs', 'diff', 'line', 'other'],
    ['runs', 'compare', 'line', 'other'],
    ['runs', 'export', 'line', '--out', 'metrics.csv'],
    ['runs', 'code', 'line', 'copied'],
    ['runs', 'verify', '--deep', '--repair'],
    ['runs', 'plot', 'valid.loss', 'line'],
    ['runs', 'watch', 'line'],
    ['runs', 'trash'],
    ['checkpoints', 'list', 'line'],
    ['checkpoints', 'best', 'line'],
    ['runs', 'tag', 'line', '--add', 'seen'],
    ['export', 'line', '--out', 'weights.safetensors'],
    ['export', 'line', '--out', 'model.toy', '--format', 'toy'],
    ['predict', 'line', '--no-code', '--data', 'in.safetensors', '--out', 'out.safetensors'],
    ['backends'],
  ];
  for (const words of readOnly) {
    it(`run none of its code: forge ${words.join(' ')}`, async () => {
      const { status, stderr } = await forge(words, { cwd });
      expect([status, stderr]).to.deep.equal([0, '']);
      const inside = [words[0]!, ...words.slice(1).map((word) => (word.includes('.') ? join(cwd, `2-${word}`) : word))];
      if (!words.includes('--data')) await forge([...inside, '--results-dir', join(cwd, 'results')], { cwd: run });
      expect(await marked()).to.equal(false);
    });
  }

  it('run none of its code: loadFromCheckpoint with code: false, which returns tensors, flags and metrics', async () => {
    const library = new ForgeLibrary({ directory: run, argv: [] });
    const { parameters, optimizer, config, step, metrics, checkpoint } = await library.loadFromCheckpoint(
      run,
      undefined,
      {
        code: false,
      },
    );
    expect([step, checkpoint.step, config.steps, config.momentum]).to.deep.equal([4, 4, 4, 0.9]);
    expect([...parameters.keys()]).to.include('layer0.weights');
    expect([...optimizer.keys()]).to.include('layer0.weights.momentum');
    const splits: string[] = [];
    for await (const { split } of metrics()) splits.push(split);
    expect(splits).to.include('valid');
    expect(await marked()).to.equal(false);
  });

  it('print no control characters from its files', async () => {
    const file = join(run, 'run.json');
    const original = await readFile(file, 'utf8');
    const evil = '\\u001b]52;c;aGk=\\u0007\\u001b[2J';
    await writeFile(file, original.replace('"reason": null', `"reason": "${evil}"`).replace('"loss"', `"${evil}"`));
    for (const words of [['runs'], ['runs', 'show', 'line'], ['runs', 'verify'], ['eval', `li\x1b[2Jne`]]) {
      const { stdout, stderr } = await forge(words, { cwd });
      expect(`${stdout}${stderr}`.replaceAll('\n', '')).to.not.match(/\p{Cc}/u);
    }
    const { stdout } = await forge(['runs', 'show', 'line', '--json'], { cwd });
    expect(JSON.parse(stdout).record.reason).to.equal('\x1b]52;c;aGk=\x07\x1b[2J');
    await writeFile(file, original);
  });

  it('do not include forge eval, which runs its code', async () => {
    expect((await forge(['eval', 'line'], { cwd })).status).to.equal(0);
    expect(await marked()).to.equal(true);
  });

  describe('whose code was modified', () => {
    const restart = ['train', '--resume', 'line', '--override', '--steps', '8'];
    const predict = ['predict', 'line', '--data', 'in.safetensors', '--out', 'other.safetensors'];
    before(async () => {
      const points = join(run, 'code', 'points.ts');
      await writeFile(points, `${marking}${await readFile(points, 'utf8')}`);
    });

    for (const words of [['eval', 'line'], predict, restart]) {
      it(`is rejected without being run: forge ${words[0]}`, async () => {
        const { status, stderr } = await forge(words, { cwd });
        expect(status).to.equal(2);
        expect(stderr).to.match(/^Error: \S*points\.ts was changed after the run was made.*\n.*--trust-code/);
        expect(await marked()).to.equal(false);
      });

      it(`runs with a warning: forge ${words[0]} --trust-code`, async () => {
        const { status, stderr } = await forge([...words, '--trust-code'], { cwd });
        expect(stderr).to.match(/^Warning: \S*points\.ts was changed after the run was made/m);
        expect(status, stderr).to.equal(0);
        expect(await marked()).to.equal(true);
      });
    }

    it('is still loaded without its code', async () => {
      const library = new ForgeLibrary({ directory: cwd, argv: [] });
      const { step } = await library.loadFromCheckpoint(run, 4, { code: false });
      expect([step, await marked()]).to.deep.equal([4, false]);
    });
  });
});
