import 'reflect-metadata';
import { join } from 'node:path';
import { expect } from 'chai';
import { container as root } from 'tsyringe';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { installToyPlugin, writeFiles } from '../../testing/toy-project.js';
import { publishedBackends } from '../discovery/published-backends.js';
import { PluginHost } from '../host/plugin-host.js';
import { BackendRegistry } from './backend-registry.js';

describe('BackendRegistry', () => {
  const folder = useTemporaryFolder();
  const at = (path: string) => join(folder(), path);
  const hostOf = (project: string, installed: readonly string[] = [], linked: readonly string[] = []) =>
    new PluginHost(
      root.createChildContainer(),
      { project: at(project), installed: installed.map(at), linked: linked.map(at), beside: [at('beside')] },
      { loadLimit: 200, warn: () => undefined },
    );
  const registry = (project = '.') => new BackendRegistry(hostOf(project), 'npm install');

  /** A project that depends on the packages, each installed with what it says of itself and its module. */
  async function project(packages: Record<string, { forge?: object; module?: string }>, at = '.'): Promise<void> {
    const dependencies = Object.fromEntries(Object.keys(packages).map((name) => [name, '*']));
    await writeFiles(join(folder(), at), { 'package.json': JSON.stringify({ dependencies }) });
    for (const [name, { forge, module = '' }] of Object.entries(packages)) {
      await writeFiles(join(folder(), at, 'node_modules', name), {
        'package.json': JSON.stringify({ name, version: '1.2.3', type: 'module', forge }),
        'plugin.js': module,
      });
    }
  }
  const announces = (...backends: string[]) => ({ plugin: './plugin.js', port: 1, backends });
  const registers = (backend: { port: number; name: string }, as = backend.name) =>
    `export default { port: 1, backends: { ${as}: () => ({ ...${JSON.stringify(backend)}, engines() {}, start() {} }) } };`;

  async function withToy(at = '.'): Promise<void> {
    await project({ 'toy-plugin': {} }, at);
    await installToyPlugin(join(folder(), at));
  }

  it('lists what the plugins among the dependencies announce, and runs none of them', async () => {
    await project({
      one: { forge: announces('alpha', 'beta'), module: 'throw new Error("was run")' },
      two: { forge: announces('gamma') },
      plain: {},
      'of-others': { forge: { packagerConfig: {} } },
      strange: { forge: { plugin: './plugin.js', port: 1, backends: 'epsilon' } },
    });
    const names = (await registry().list()).map(({ name, plugin }) => `${name} of ${plugin.package} ${plugin.version}`);
    expect(names).to.deep.equal(['alpha of one 1.2.3', 'beta of one 1.2.3', 'gamma of two 1.2.3']);
  });

  it('looks where it is linked, in the project and above it, then where plugins are installed; a package counts once', async () => {
    await project({ one: { forge: announces('near') } }, 'a/b');
    await project({ one: { forge: announces('far') }, two: { forge: announces('two') } });
    await project({ two: { forge: announces('unseen') }, three: { forge: announces('three') } }, 'data');
    await project({ three: { forge: announces('linked') } }, 'linking');
    await writeFiles(folder(), { 'a/package.json': 'no JSON at all' });
    const found = async (host: PluginHost) => (await host.findDependencies()).flatMap(({ backends }) => backends);
    expect(await found(hostOf('a/b/c', ['data']))).to.deep.equal(['near', 'two', 'three']);
    const link = ['linking/node_modules/three', 'nowhere'];
    expect(await found(hostOf('a/b/c', ['data'], link))).to.deep.equal(['linked', 'near', 'two']);
    expect((await hostOf('.', ['data'], link).byPackage('three'))?.backends).to.deep.equal(['linked']);
    expect(await found(hostOf('none'))).to.deep.equal(['far', 'two']);
  });

  it('takes of the folder that plugins are installed in only what its own package.json names', async () => {
    await project({ above: { forge: announces('above') } }, 'home');
    await writeFiles(folder(), { 'home/data/package.json': '{}' });
    expect(await hostOf('elsewhere', ['home/data']).findDependencies()).to.deep.equal([]);
  });

  it('loads the one that is asked for, once, and takes the only one where none is', async () => {
    await withToy('toys');
    const backends = registry('toys');
    const source = await backends.find('toy');
    const toy = await backends.load(source);
    expect(toy.name).to.equal('toy');
    expect(await backends.load(source)).to.equal(toy);
    expect((await backends.load(await backends.find('null'))).name).to.equal('null');

    await project({ only: { forge: announces('only'), module: registers({ port: 1, name: 'only' }) } }, 'other');
    const container = registry('other');
    expect((await container.load(await container.find())).name).to.equal('only');
  });

  it('takes a backend from the package a run names, though no project depends on it', async () => {
    await withToy('project');
    await writeFiles(folder(), { 'project/package.json': '{}' });
    const source = await registry('project').find('toy', 'toy-plugin');
    expect(source.plugin.package).to.equal('toy-plugin');
  });

  it('finds a backend by the name its package has by convention', async () => {
    const module = registers({ port: 1, name: 'numeric' });
    await project({ 'forge-backend-numeric': { forge: announces('numeric'), module } });
    await writeFiles(folder(), { 'package.json': '{}' });
    expect((await registry().find('numeric')).plugin.package).to.equal('forge-backend-numeric');
  });

  it('says what is installed, and how to install what is not', async () => {
    await withToy();
    const far = await failureOf(() => registry().find('numeric'));
    expect(far.code).to.equal('BACKEND_NOT_FOUND');
    expect(far.message).to.equal('The backend numeric is not installed; installed: toy, null.');
    expect(far.hint).to.equal('Install the package that brings it: npm install PACKAGE');
    const near = await failureOf(() => registry().find('toi'));
    expect(near.hint).to.equal('Did you mean toy?');
    for (const [name, published] of publishedBackends) {
      const there = await failureOf(() => registry().find(name));
      expect(there.hint).to.equal(`Install it: npm install ${published}`);
      const mistyped = await failureOf(() => registry().find(`${name}x`));
      expect(mistyped.hint).to.equal(`Did you mean ${name}? Install it: npm install ${published}`);
    }
    const packaged = await failureOf(() => registry().find('numeric', 'somebodys-backend'));
    expect(packaged.hint).to.equal('Install it: npm install somebodys-backend');
  });

  it('takes the sound one of two that bring the same name, and of two at all', async () => {
    await project({
      broken: { forge: { ...announces('x'), port: 2 } },
      other: { forge: { ...announces('y'), port: 2 } },
      sound: { forge: announces('x') },
    });
    expect((await registry().find('x')).plugin.package).to.equal('sound');
    expect((await registry().find()).plugin.package).to.equal('sound');
  });

  it('loads a backend that a plugin registers by itself', async () => {
    const module = `import { providerToken } from '@forge-ml/core/plugin';
      const backend = { port: 1, name: 'x', engines() {}, start() {} };
      export default { port: 1, register: (c) => c.register(providerToken('backends', 'x'), { useValue: () => backend }) };`;
    await withToy();
    await project({ own: { forge: announces('x'), module } });
    const backends = registry();
    expect((await backends.load(await backends.find('x'))).name).to.equal('x');
  });

  it('says of a package that has the name of the backend, but is no plugin, that it is none', async () => {
    await project({ 'forge-backend-plain': {} });
    const error = await failureOf(() => registry().find('plain'));
    expect(error.message).to.equal(
      'forge-backend-plain 1.2.3 is no Forge plugin: its package.json has no "forge" key.',
    );
  });

  it('wants a name where there are several backends, and an installation where there is none', async () => {
    await withToy('several');
    const several = await failureOf(() => registry('several').find());
    expect(several.message).to.include('toy, null');
    expect(several.hint).to.equal('Name one: --backend toy');
    const none = await failureOf(() => registry('none').find());
    expect(none.code).to.equal('BACKEND_NOT_FOUND');
    expect(none.hint).to.match(/^Install one: npm install @forge-ml\/backend-\w+, or @forge-ml\/backend-\w+$/);
  });

  const broken: Record<string, [{ forge: object; module: string }, string, RegExp]> = {
    'is built for another plugin port': [
      { forge: { ...announces('x'), port: 2 }, module: '' },
      'PLUGIN_INVALID',
      /broken 1\.2\.3 is built for plugin port 2; this Forge has port 1/,
    ],
    'says no plugin port': [
      { forge: { plugin: './plugin.js', backends: ['x'] }, module: '' },
      'PLUGIN_INVALID',
      /broken 1\.2\.3 says no plugin port/,
    ],
    'names no module': [
      { forge: { port: 1, backends: ['x'] }, module: '' },
      'PLUGIN_INVALID',
      /broken 1\.2\.3 names no plugin module/,
    ],
    'names a module that is not there': [
      { forge: { ...announces('x'), plugin: './nope.js' }, module: '' },
      'PLUGIN_INVALID',
      /broken 1\.2\.3 has no \.\/nope\.js/,
    ],
    'throws as it is loaded': [
      { forge: announces('x'), module: 'throw new Error("no glue")' },
      'PLUGIN_INVALID',
      /broken 1\.2\.3 could not be loaded: no glue/,
    ],
    'is never done loading': [
      { forge: announces('x'), module: 'await new Promise(() => {})' },
      'PLUGIN_INVALID',
      /broken 1\.2\.3 could not be loaded: its module is not done after 0\.2 s/,
    ],
    'throws as it registers': [
      { forge: announces('x'), module: 'export default { port: 1, register() { throw new Error("no glue") } }' },
      'PLUGIN_INVALID',
      /no glue/,
    ],
    'has no default export': [
      { forge: announces('x'), module: 'export const x = 1' },
      'PLUGIN_INVALID',
      /definePlugin/,
    ],
    'exports something else': [
      { forge: announces('x'), module: 'export default {}' },
      'PLUGIN_INVALID',
      /definePlugin/,
    ],
    'has a module for another port': [
      { forge: announces('x'), module: 'export default { port: 2 }' },
      'PLUGIN_INVALID',
      /broken 1\.2\.3 could not be loaded: its module is made for plugin port 2; this Forge has port 1/,
    ],
    'brings a thing in place of what makes it': [
      { forge: announces('x'), module: 'export default { port: 1, backends: { x: {} } }' },
      'PLUGIN_INVALID',
      /broken 1\.2\.3 could not be loaded: backends\.x is not a function/,
    ],
    'announces a backend it does not register': [
      { forge: announces('x'), module: 'export default { port: 1 }' },
      'PLUGIN_INVALID',
      /broken announces the backend x but does not register it/,
    ],
    'throws as it makes the backend': [
      {
        forge: announces('x'),
        module: 'export default { port: 1, backends: { x: () => { throw new Error("no glue") } } }',
      },
      'PLUGIN_INVALID',
      /Failed to make the backend x of broken 1\.2\.3: no glue/,
    ],
    'is never done making the backend': [
      { forge: announces('x'), module: 'export default { port: 1, backends: { x: () => new Promise(() => {}) } }' },
      'PLUGIN_INVALID',
      /Failed to make the backend x of broken 1\.2\.3: it is not done after 0\.2 s/,
    ],
    'registers a backend for another port': [
      { forge: announces('x'), module: registers({ port: 7, name: 'x' }) },
      'BACKEND_INVALID',
      /built for backend port 7; this Forge has port 1/,
    ],
    'registers a backend of another name': [
      { forge: announces('x'), module: registers({ port: 1, name: 'y' }, 'x') },
      'BACKEND_INVALID',
      /broken registers as x a backend that calls itself y/,
    ],
  };
  for (const [how, [plugin, code, message]] of Object.entries(broken)) {
    it(`refuses a plugin that ${how}`, async () => {
      await project({ broken: plugin });
      const backends = registry();
      const error = await failureOf(async () => backends.load(await backends.find('x')));
      expect(error.code).to.equal(code);
      expect(error.message).to.match(message);
    });
  }

  it('finds what is named as a backend where nothing depends on any, and prefers what a project depends on', async () => {
    await project({ 'forge-backend-near': { forge: announces('near') } }, 'beside');
    expect((await registry('elsewhere').find()).plugin.package).to.equal('forge-backend-near');
    await project({ only: { forge: announces('only') } }, 'mine');
    expect((await registry('mine').find()).name).to.equal('only');
    expect((await registry('mine').list()).map(({ name }) => name)).to.deep.equal(['only', 'near']);
  });
});
