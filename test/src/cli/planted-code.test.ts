import { cp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tensor, writeTensorFile } from '@forge-ml/core';
import { installPlugin, installToyPlugin, writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { makeFolder, removeFolder } from './folder.js';
import { type Finished, forge } from './forge-process.js';
import { plantCode } from './plant-code.js';

/** A package installed with `forge plugins install`, which is trusted. */
const toyPackage = { name: 'toy-plugin', forge: { backends: ['toy'], exporters: ['toy'] } };

describe('code planted in and around a run', function () {
  this.timeout(60_000);
  let root = '';
  let mark = '';
  const at = (...path: string[]) => join(root, ...path);
  const look = (words: readonly string[], cwd: string): Promise<Finished> =>
    forge(words, { cwd, env: { XDG_DATA_HOME: at('data') } });
  /** The planted files that ran since the last call. */
  const ran = async (): Promise<string[]> => {
    const text = await readFile(mark, 'utf8').catch(() => '');
    await rm(mark, { force: true });
    return text.split('\n').filter((line) => line !== '');
  };

  before(async () => {
    root = await makeFolder();
    mark = at('ran');
    await installPlugin(at('data/forge'), toyPackage);
    await installToyPlugin(at('data/forge'));
    await writeToyProject(at('own'));
    const configs = ['--backend=toy', '--data-config=data.ts', '--model-config=model.ts', '--steps=4'];
    const trained = await look(['train', ...configs, '--run-name=line'], at('own'));
    expect(trained.status, trained.stderr).to.equal(0);
    await writeTensorFile(at('in.safetensors'), new Map([['x', tensor(new Float32Array(4), [2, 2])]]));
    // The sender omits the files by which a run is recognised, or replaces them by broken links.
    for (const number of ['1', '2', '3'])
      await cp(at('own/results/line/1'), at('sent/results/line', number), { recursive: true });
    await rm(at('sent/results/line/1/code.json'));
    await rm(at('sent/results/line/2/code.json'));
    await symlink('/nowhere', at('sent/results/line/2/code.json'));
    for (const name of ['run.json', 'code.json', 'flags.json', 'code']) {
      await rm(at('sent/results/line/3', name), { recursive: true });
    }
    for (const place of ['', 'results', 'results/line', ...['1', '2', '3'].map((number) => `results/line/${number}`)]) {
      await plantCode(at('sent', place), mark);
    }
    for (const place of ['code', 'checkpoints', 'checkpoints/4'])
      await plantCode(at('sent/results/line/1', place), mark);
  });
  after(() => removeFolder(root));

  /** Every read-only command, and repair. @param run its argument */
  const looks = (run: string, out: string): readonly (readonly string[])[] => [
    ['runs'],
    ['runs', '--all', '--json'],
    ['runs', 'show', run],
    ['runs', 'show', run, '--json'],
    ['runs', 'verify', run],
    ['runs', 'verify', run, '--deep', '--json'],
    ['export', run, '--out', `${out}.safetensors`],
    ['export', run, '--out', `${out}.toy`, '--format', 'toy'],
    ['predict', run, '--no-code', '--data', at('in.safetensors'), '--out', `${out}.out.safetensors`],
    ['backends'],
    ['plugins'],
    ['plugins', '--json'],
    ['plugins', 'inspect', 'evil'],
    ['plugins', 'uninstall', 'evil'],
    ['plugins', 'update'],
    ['doctor'],
    ['version'],
    ['--version'],
    ['--help'],
    ['runs', '--help'],
    ['train', '--help'],
    ['trian'],
    ['runs', 'shwo'],
    ['pwn'],
    ['pwn', '--help'],
    ['runs', 'pwn'],
    // Last, because it moves files.
    ['runs', 'verify', run, '--deep', '--repair'],
  ];
  /** One command for each way of searching the current folder. */
  const few = ['runs', 'export', 'backends', 'plugins', 'trian'];

  it('does not run in the folder of a run, for any command', async () => {
    const cwd = at('sent/results/line/1');
    for (const words of looks(cwd, at('a'))) {
      const { stderr } = await look(words, cwd);
      expect(stderr, words.join(' ')).not.to.include('Unexpected internal error');
      expect(await ran(), words.join(' ')).to.deep.equal([]);
    }
  });

  for (const place of ['results', 'results/line', '1/code', '1/checkpoints/4', '2', '3']) {
    it(`does not run in ${place}`, async () => {
      const cwd = at('sent', /^\d/.test(place) ? `results/line/${place}` : place);
      const seen = new Set<string>();
      for (const words of looks(at('sent/results/line/2'), at(place.replaceAll('/', '-')))) {
        if (!few.includes(words[0]!) || seen.has(words[0]!)) continue;
        seen.add(words[0]!);
        await look(words, cwd);
        expect(await ran(), words.join(' ')).to.deep.equal([]);
      }
    });
  }

  it('does not run in the own project, even if the run names it', async () => {
    const run = at('sent/results/line/2');
    const record = join(run, 'run.json');
    const original = await readFile(record, 'utf8');
    expect(original).to.include('"package": "toy-plugin"');
    for (const named of ['evil', `../../sent/results/line/2/node_modules/toy-plugin`, run, '../'.repeat(9) + run]) {
      const hostile = JSON.parse(original) as { backend: object; directory: string };
      const changed = { ...hostile, backend: { ...hostile.backend, package: named }, directory: run };
      await rm(record);
      await writeFile(record, JSON.stringify(changed));
      for (const words of looks(run, at(`b-${named.length}`))) {
        if (['predict', 'export'].includes(words[0]!) || words[1] === 'show') await look(words, at('own'));
        expect(await ran(), `${named}: ${words.join(' ')}`).to.deep.equal([]);
      }
    }
  });

  it('runs if planted in the own project, so that it can be found', async () => {
    const own = at('own-planted');
    await plantCode(own, mark);
    const expected: [string[], string][] = [
      [['runs'], 'evil.cjs'], // through the paths in tsconfig.json
      [['pwn'], 'node_modules/evil/run.cjs'],
      [['backends'], 'node_modules/evil/run.cjs'],
    ];
    for (const [words, file] of expected) {
      await look(words, own);
      expect(await ran(), words.join(' ')).to.include(join(own, file));
    }
    await rm(join(own, 'tsconfig.json'));
    await look(['runs'], own);
    expect(await ran()).to.deep.equal([join(own, 'forge.config.ts')]);
    expect(await ran()).to.deep.equal([]);
  });
});
