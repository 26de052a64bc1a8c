import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { inFolder } from './folder.js';
import { forge } from './forge-process.js';

const files = ['.gitignore', 'README.md', 'data.ts', 'forge.config.ts', 'model.ts', 'package.json', 'tsconfig.json'];

describe('forge init', () => {
  it('fails if the folder cannot be created', async function () {
    if (process.platform !== 'linux') this.skip();
    await inFolder(async (cwd) => {
      for (const words of [
        ['init', '/proc/1/q'],
        ['generate', 'backend', 'x', '--folder', '/proc/1/q'],
      ]) {
        const { status, stderr } = await forge(words, { cwd });
        expect(status).to.be.greaterThan(0);
        expect(stderr).to.include('Cannot write the files to /proc/1/q');
      }
    });
  });

  it('writes a project that is ready to train, and learns', () =>
    inFolder(async (cwd) => {
      const made = await forge(['init', 'My Spirals'], { cwd });
      expect([made.status, made.stderr]).to.deep.equal([0, '']);
      expect(made.stdout).to.include('npm install && npx forge train');
      const project = join(cwd, 'My Spirals');
      expect((await readdir(project)).sort()).to.deep.equal(files);
      const { name, dependencies } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8'));
      expect(name).to.equal('my-spirals');
      expect(Object.keys(dependencies)).to.include.members(['@forge-ml/cli', '@forge-ml/core']);
      await linkInstalled(project, Object.keys(dependencies));
      const trained = await forge(['train', '--epochs', '8', '--json'], { cwd: project });
      expect([trained.status, trained.stderr]).to.deep.equal([0, '']);
      expect(JSON.parse(trained.stdout).metrics.valid.accuracy).to.be.greaterThan(0.9);
    })).timeout(60_000);

  it('writes a project for another backend, which trains too', () =>
    inFolder(async (cwd) => {
      const made = await forge(['init', 'spirals', '--template', 'onnx'], { cwd });
      expect([made.status, made.stderr]).to.deep.equal([0, '']);
      const project = join(cwd, 'spirals');
      expect(await readFile(join(project, '.npmrc'), 'utf8')).to.include('ignore-scripts=true');
      const { dependencies } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8'));
      await linkInstalled(project, Object.keys(dependencies));
      const trained = await forge(['train', '--epochs', '8', '--json'], { cwd: project });
      expect([trained.status, trained.stderr]).to.deep.equal([0, '']);
      expect(JSON.parse(trained.stdout).metrics.valid.accuracy).to.be.greaterThan(0.9);
    })).timeout(60_000);

  it('installs the packages from the source of this Forge, so that it works before they are published', () =>
    inFolder(async (cwd) => {
      expect((await forge(['init', 'spirals'], { cwd })).status).to.equal(0);
      const { dependencies } = JSON.parse(await readFile(join(cwd, 'spirals', 'package.json'), 'utf8'));
      const packages = fileURLToPath(new URL('../../../packages/', import.meta.url));
      for (const name of ['core', 'cli', 'backend-tfjs']) {
        expect(dependencies[`@forge-ml/${name}`]).to.equal(`file:${join(packages, name)}`);
      }
    }));

  it('overwrites nothing, and leaves nothing incomplete', () =>
    inFolder(async (cwd) => {
      await mkdir(join(cwd, 'mine'));
      await writeFile(join(cwd, 'mine', 'model.ts'), 'mine');
      const refused = await forge(['init', 'mine'], { cwd });
      expect([refused.status, refused.stdout]).to.deep.equal([2, '']);
      expect(refused.stderr).to.match(/^Error: \S+mine\/model\.ts already exists\.\n {2}→ Choose a new/);
      expect(await readdir(join(cwd, 'mine'))).to.deep.equal(['model.ts']);
      const blocked = await forge(['init', 'mine/model.ts/deeper'], { cwd });
      expect([blocked.status, blocked.stderr.split('\n').length]).to.deep.equal([2, 3]);
      const unknown = await forge(['init', 'other', '--template', 'abacus'], { cwd });
      expect([unknown.status, await readdir(cwd)]).to.deep.equal([2, ['mine']]);
    }));
});

/** Links packages of this repository as `npm install` would. */
async function linkInstalled(project: string, names: readonly string[]): Promise<void> {
  const { resolve } = createRequire(import.meta.url);
  for (const name of names) {
    const link = join(project, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(dirname(resolve(`${name}/package.json`)), link, 'junction');
  }
}
