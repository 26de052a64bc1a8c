import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFiles } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { makeFolder, removeFolder } from '../cli/folder.js';
import { type Finished, forge } from '../cli/forge-process.js';
import { pack } from './npm.js';

const lifecycle = [
  ...['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare', 'prepack', 'build'],
  ...['preuninstall', 'uninstall', 'postuninstall', 'dependencies'],
];

describe('installing a package', function () {
  this.timeout(60_000);
  let root = '';
  let mark = '';
  const at = (...path: string[]) => join(root, ...path);
  const run = (...words: string[]): Promise<Finished> => forge(words, { cwd: root });
  const installed = (name: string) => existsSync(at('.data/forge/node_modules', name));
  const ran = async () => {
    const text = await readFile(mark, 'utf8').catch(() => '');
    await rm(mark, { force: true });
    return text;
  };

  /** A package that adds its name to a file when any of its code runs. */
  async function writePackage(name: string, forgeKey: object | undefined): Promise<string> {
    const folder = at('packages', name);
    const marking = `require('node:fs').appendFileSync(${JSON.stringify(mark)}, '${name}\\n');`;
    const script = `node -e "require('fs').appendFileSync('${mark}', '${name} script\\n')"`;
    const shell = `#!/bin/sh\necho '${name} git' >> '${mark}'\nexec git "$@"\n`;
    await writeFiles(folder, {
      'package.json': JSON.stringify({
        name,
        version: '1.0.0',
        main: './run.cjs',
        bin: './run.cjs',
        forge: forgeKey,
        scripts: Object.fromEntries(lifecycle.map((step) => [step, script])),
        oclif: {
          commands: './',
          helpClass: './run.cjs',
          hooks: { init: './run.cjs', 'plugins:preinstall': './run.cjs' },
        },
        gypfile: true,
        // npm fetches it with the git program of the repository's .npmrc, before it uses the package.
        devDependencies: { other: `git+file://${at('packages/other')}` },
      }),
      'run.cjs': marking,
      'plugin.js': marking,
      'commands/run.js': marking,
      'binding.gyp': `{ "targets": [{ "target_name": "a", "actions": [{ "action": ["sh", "evil.sh"] }] }] }`,
      '.npmrc': 'ignore-scripts=false\ngit=./evil.sh\nnode-options=--require ./run.cjs\nscript-shell=./evil.sh\n',
      'evil.sh': shell,
    });
    await chmod(join(folder, 'evil.sh'), 0o755);
    const git = (...words: string[]) => execFileSync('git', ['-C', folder, ...words]);
    git('init', '-q');
    git('add', '.');
    git('-c', 'user.name=A', '-c', 'user.email=a@example.org', 'commit', '-qm', 'a');
    return folder;
  }

  before(async () => {
    root = await makeFolder();
    mark = at('ran');
    await mkdir(at('tarballs'));
    await writePackage('other', undefined);
  });
  after(() => removeFolder(root));

  const kinds: Record<string, [string, object | undefined, number]> = {
    'a plugin': ['good', { plugin: './plugin.js', port: 1, backends: ['good'] }, 0],
    'a plugin for another port': ['newer', { plugin: './plugin.js', port: 99, backends: ['newer'] }, 2],
    'not a plugin': ['plain', undefined, 2],
  };
  for (const [kind, [name, key, status]] of Object.entries(kinds)) {
    for (const way of key === undefined ? ['folder', 'tarball'] : ['repository']) {
      it(`runs none of its code if it is ${kind}, from a ${way}`, async () => {
        const folder = existsSync(at('packages', name)) ? at('packages', name) : await writePackage(name, key);
        const tarball = way === 'tarball' ? await pack(folder, at('tarballs')) : '';
        const word = { folder, tarball, repository: `git+file://${folder}` }[way]!;
        const end = await run('plugins', 'install', word);
        expect(end.status, end.stderr).to.equal(status);
        expect(installed(name)).to.equal(status === 0);
        expect(await ran()).to.equal('');
      });
    }
  }

  it('runs none of its code when it is listed, updated, linked and removed', async () => {
    for (const words of [
      ['plugins'],
      ['plugins', 'inspect', 'good'],
      ['plugins', 'update'],
      ['plugins', 'link', at('packages/good')],
      ['plugins', 'unlink', 'good'],
      ['plugins', 'uninstall', 'good'],
    ]) {
      const end = await run(...words);
      expect([end.status, await ran()], `${words.join(' ')} ${end.stderr}`).to.deep.equal([0, '']);
    }
    expect(installed('good')).to.equal(false);
  });

  it('runs its scripts with --allow-scripts, and its module on use, so that the planted code works', async () => {
    await run('plugins', 'install', at('packages/good'), '--allow-scripts');
    expect(await ran()).to.include('good script');
    await run('backends');
    expect(await ran()).to.include('good\n');
  });

  it('keeps the record of an installed plugin that is linked and unlinked', async () => {
    await run('plugins', 'link', at('packages/good'));
    expect((await run('plugins')).stdout).to.match(/good +1\.0\.0 +linked/);
    expect((await run('plugins', 'unlink', 'good')).stdout).to.include('Unlinked good');
    expect((await run('plugins')).stdout).to.match(/good +1\.0\.0 +installed/);
    expect((await run('plugins', 'update')).stdout).to.equal('good 1.0.0 is up to date.\n');
    expect((await run('plugins', 'uninstall', 'good')).stdout).to.equal('Removed good.\n');
  });
});
