import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFiles } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { makeFolder, removeFolder } from '../cli/folder.js';
import type { Finished } from '../cli/forge-process.js';
import { runCommand } from './command.js';
import { npm, pack, packOwn } from './npm.js';
import { Registry } from './registry.js';
import { trainToy, writeBareProject, writeToyPackage } from './toy-package.js';

const config = {
  'data.ts': `import { defineData, fromArrays } from '@forge-ml/core';
const rows = [1, 2, 3, 4].map((value) => [value]);
export default defineData({ load: () => ({ train: fromArrays({ x: rows, y: rows }).batch(2) }) });
`,
  'model.ts': `import { adam, dense, meanSquaredError, type OnnxModel } from '@forge-ml/backend-onnx';
export function load(): OnnxModel {
  const line = dense(1);
  return {
    predict: ({ x }, context) => line(x, context),
    loss: ({ y }, out) => meanSquaredError(y, out),
    optimizer: adam(0.01),
    artefacts: { line },
  };
}
`,
};

/** The command line installed from its packages, outside this repository. */
describe('an installed forge and its plugins', () => {
  let folder = '';
  let own: string[] = [];
  let toy = '';
  let registry: Registry;
  const at = (...path: string[]) => join(folder, ...path);
  type Forge = (cwd: string, ...words: string[]) => Promise<Finished>;
  const forgeBy =
    (...command: [string, ...string[]]): Forge =>
    (cwd, ...words) =>
      runCommand([...command, ...words], cwd, {
        XDG_DATA_HOME: join(cwd, '.data'),
        FORGE_NPM_REGISTRY: registry.url,
        npm_config_cache: at('cache'),
        // Hides npx's own warnings about the settings of this machine.
        npm_config_loglevel: 'error',
      });

  before(async function () {
    this.timeout(60_000);
    folder = await makeFolder();
    // A cache of its own, which reuses the downloads of npm's.
    await mkdir(at('cache'));
    await symlink(join(await npm(['config', 'get', 'cache']), '_cacache'), at('cache', '_cacache'));
    // Unpublished packages are in this registry; the rest comes from npm's usual one.
    registry = await Registry.start(await npm(['config', 'get', 'registry']));
    for (const name of ['kernels', 'onnx', 'ort'] as const) await registry.publish(await packOwn(name, folder));
    own = await Promise.all((['core', 'cli', 'ui'] as const).map((name) => packOwn(name, folder)));
    toy = await pack(await writeToyPackage(at('toy')), folder);
    await registry.publish(toy);
  });
  after(async () => {
    await registry.stop();
    await removeFolder(folder);
  });

  /** Installs a plugin and trains with it. */
  async function usesPlugin(forge: Forge, cwd: string, word: string): Promise<void> {
    const installed = await forge(cwd, 'plugins:install', word);
    const stdout = 'Installed forge-backend-toy 1.0.0  backends toy\n';
    expect(installed, word).to.deep.equal({ status: 0, stdout, stderr: '' });
    const trained = await forge(cwd, ...trainToy, '--steps=2');
    expect([trained.status, /one core: true/.test(trained.stdout)], trained.stderr).to.deep.equal([0, true]);
  }

  it('installed globally: plugins by tarball and from the registry, and the ONNX backend', async () => {
    await npm(['install', '--global', '--ignore-scripts', '--prefix', at('global'), ...own]);
    const forge = forgeBy(at('global', 'bin', 'forge'));
    await writeBareProject(at('project'));
    await usesPlugin(forge, at('project'), toy);
    await usesPlugin(forge, at('project'), 'forge-backend-toy');
    const resumed = await forge(at('project'), 'train', '--resume=toy', '--steps=3', '--override');
    expect(resumed.status, resumed.stderr).to.equal(0);
    const removed = await forge(at('project'), 'plugins', 'uninstall', 'forge-backend-toy');
    expect(removed).to.deep.equal({ status: 0, stdout: 'Removed forge-backend-toy.\n', stderr: '' });

    const cwd = at('onnx');
    await writeFiles(cwd, config);
    const onnx = await packOwn('backend-onnx', folder);
    const installed = await forge(cwd, 'plugins:install', onnx);
    expect([installed.status, installed.stderr]).to.deep.equal([0, '']);
    expect(installed.stdout).to.match(
      /^Installed @forge-ml\/backend-onnx \S+ {2}backends onnx;.*\nNot run: .*onnxruntime/,
    );
    const files = ['--data-config=data.ts', '--model-config=model.ts', '--run-name=line'];
    const trained = await forge(cwd, 'train', '--backend=onnx', ...files, '--steps=2');
    expect(trained.status, trained.stderr).to.equal(0);
    const evaluated = await forge(cwd, 'eval', 'line', '--split=train', '--json');
    expect(JSON.parse(evaluated.stdout)).to.include({ step: 2 });
  }).timeout(180_000);

  it('installed in a project, and run with npx there', async () => {
    const cwd = at('local');
    await writeBareProject(cwd);
    await writeFiles(cwd, { 'package.json': '{"private":true}' });
    await npm(['install', '--ignore-scripts', ...own], cwd);
    await usesPlugin(forgeBy('npx', '--no', 'forge'), cwd, 'forge-backend-toy');
  }).timeout(120_000);

  it('installed in a project from tarballs: the output of forge init and forge generate installs and works', async () => {
    const cwd = at('fresh');
    await writeFiles(cwd, { 'package.json': '{"private":true}' });
    await npm(['install', '--ignore-scripts', ...own], cwd);
    const forge = forgeBy('npx', '--no', 'forge');
    for (const name of ['kernels', 'onnx', 'ort', 'backend-onnx', 'backend-tfjs'] as const) await packOwn(name, folder);
    for (const template of ['onnx', 'tfjs']) {
      expect((await forge(cwd, 'init', template, '--template', template)).status).to.equal(0);
      const project = join(cwd, template);
      await npm(['install'], project);
      const trained = await forge(project, 'train', '--epochs=1', '--json');
      expect(trained.status, trained.stderr).to.equal(0);
      expect(JSON.parse(trained.stdout).metrics).to.have.property('valid');
    }
    expect((await forge(cwd, 'generate', 'sink', 'table')).status).to.equal(0);
    const { devDependencies } = JSON.parse(await readFile(join(cwd, 'forge-sink-table', 'package.json'), 'utf8'));
    expect(devDependencies['@forge-ml/core']).to.equal(`file:${own[0]}`);
  }).timeout(180_000);

  it('not installed: run with npx', async () => {
    const packages = own.flatMap((tarball) => ['--package', tarball]);
    await writeBareProject(at('none'));
    await usesPlugin(forgeBy('npx', '--yes', '--ignore-scripts', ...packages, 'forge'), at('none'), toy);
  }).timeout(120_000);
});
