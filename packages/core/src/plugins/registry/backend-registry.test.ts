import 'reflect-metadata';
import { join } from 'node:path';
import { expect } from 'chai';
import { container as root } from 'tsyringe';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { installToyPlugin, writeFiles } from '../../testing/toy-project.js';
import { publishedBackends } from '../discovery/published-packages.js';
import { PluginHost } from '../host/plugin-host.js';
import { BackendRegistry } from './backend-registry.js';

describe('BackendRegistry', () => {
  const folder = useTemporaryFolder();
  const at = (path: string) => join(folder(), path);
  const hostOf = (project: string, installed: readonly string[] = [], linked: readonly string[] = []) =>
    new PluginHost(
      root.createChildContainer(),
      { project: at(project), installed: installed.map(at), linked: linked.map(at), fallbacks: [at('fallback')] },
      { loadLimit: 200, warn: () => undefined },
    );
  const registry = (project = '.') => new BackendRegistry(hostOf(project), 'npm install');

  /** Writes a project that depends on the packages, each installed with its `forge` key and module. */
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
  const declares = (...backends: string[]) => ({ plugin: './plugin.js', port: 1, backends });
  const registers = (backend: { port: number; name: string }, as = backend.name) =>
    `export default { port: 1, backends: { ${as}: () => ({ ...${JSON.stringify(backend)}, engines() {}, start() {} }) } };`;

  async function withToy(at = '.'): Promise<void> {
    await project({ 'toy-plugin': {} }, at);
    await installToyPlugin(join(folder(), at));
  }

  it('lists the declared backends of plugins among the dependencies, without running a plugin', async () => {
    await project({
      one: { forge: declares('alpha', 'beta'), module: 'throw new Error("was run")' },
      two: { forge: declares('gamma') },
      plain: {},
      'of-others': { forge: { packagerConfig: {} } },
      strange: { forge: { plugin: './plugin.js', port: 1, backends: 'epsilon' } },
    });
    const names = (await registry().list()).map(({ name, plugin }) => `${name} of ${plugin.package} ${plugin.version}`);
    expect(names).to.deep.equal(['alpha of one 1.2.3', 'beta of one 1.2.3', 'gamma of two 1.2.3']);
  });

  it('searches linked plugins, the project and its parents, then installed plugins; a package counts once', async () => {
    await project({ one: { forge: declares('near') } }, 'a/b');
    await project({ one: { forge: declares('far') }, two: { forge: declares('two') } });
    await project({ two: { forge: declares('unseen') }, three: { forge: declares('three') } }, 'data');
    await project({ three: { forge: declares('linked') } }, 'linking');
    await writeFiles(folder(), { 'a/package.json': 'no JSON at all' });
    const found = async (host: PluginHost) => (await host.findDependencies()).flatMap(({ backends }) => backends);
    expect(await found(hostOf('a/b/c', ['data']))).to.deep.equal(['near', 'two', 'three']);
    const link = ['linking/node_modules/three', 'nowhere'];
    expect(await found(hostOf('a/b/c', ['data'], link))).to.deep.equal(['linked', 'near', 'two']);
    expect((await hostOf('.', ['data'], link).byPackage('three'))?.backends).to.deep.equal(['linked']);
    expect(await found(hostOf('none'))).to.deep.equal(['far', 'two']);
  });

  it('lists only dependencies in the package.json of the folder that plugins are installed in', async () => {
    await project({ above: { forge: declares('above') } }, 'home');
    await writeFiles(folder(), { 'home/data/package.json': '{}' });
    expect(await hostOf('elsewhere', ['home/data']).findDependencies()).to.deep.equal([]);
  });

  it('loads the named backend, once, and the only one if none is named', async () => {
    await withToy('toys');
    const backends = registry('toys');
    const source = await backends.find('toy');
    const toy = await backends.load(source);
    expect(toy.name).to.equal('toy');
    expect(await backends.load(source)).to.equal(toy);
    expect((await backends.load(await backends.find('null'))).name).to.equal('null');

    await project({ only: { forge: declares('only'), module: registers({ port: 1, name: 'only' }) } }, 'other');
    const container = registry('other');
    expect((await container.load(await container.find())).name).to.equal('only');
  });

  it('finds a backend in the package that a run names, even if no project depends on it', async () => {
    await withToy('project');
    await writeFiles(folder(), { 'project/package.json': '{}' });
    const source = await registry('project').find('toy', 'toy-plugin');
    expect(source.plugin.package).to.equal('toy-plugin');
  });

  it('finds a backend by the conventional name of its package', async () => {
    const module = registers({ port: 1, name: 'numeric' });
    await project({ 'forge-backend-numeric': { forge: declares('numeric'), module } });
    await writeFiles(folder(), { 'package.json': '{}' });
    expect((await registry().find('numeric')).plugin.package).to.equal('forge-backend-numeric');
  });

  it('lists the installed backends, and how to install a missing one', async () => {
    await withToy();
    const far = await failureOf(() => registry().find('numeric'));
    expect(far.code).to.equal('BACKEND_NOT_FOUND');
    expect(far.message).to.equal('The backend numeric is not installed; installed: toy, null.');
    expect(far.hint).to.equal('Install the package that provides it: npm install PACKAGE');
    const near = await failureOf(() => registry().find('toi'));
    expect(near.hint).to.equal('Did you mean toy?');
    for (const [name, published] of publishedBackends) {
      const known = await failureOf(() => registry().find(name));
      expect(known.hint).to.equal(`Install it: npm install ${published}`);
      const mistyped = await failureOf(() => registry().find(`${name}x`));
      expect(mistyped.hint).to.equal(`Did you mean ${name}? Install it: npm install ${published}`);
    }
    const packaged = await failureOf(() => registry().find('numeric', 'somebodys-backend'));
    expect(packaged.hint).to.equal('Install it: npm install somebodys-backend');
  });

  it('prefers a valid plugin to a broken one, with or without a name', async () => {
    await project({
      broken: { forge: { ...declares('x'), port: 2 } },
      other: { forge: { ...declares('y'), port: 2 } },
      valid: { forge: declares('x') },
    });
    expect((await registry().find('x')).plugin.package).to.equal('valid');
    expect((await registry().find()).plugin.package).to.equal('valid');
  });

  it('loads a backend that a plugin registers with `register`', async () => {
    const module = `import { providerToken } from '@forge-ml/core/plugin';
      const backend = { port: 1, name: 'x', engines() {}, start() {} };
      export default { port: 1, register: (c) => c.register(providerToken('backends', 'x'), { useValue: () => backend }) };`;
    await withToy();
    await project({ own: { forge: declares('x'), module } });
    const backends = registry();
    expect((await backends.load(await backends.find('x'))).name).to.equal('x');
  });

  it('reports a package with the name of the backend that is not a plugin', async () => {
    await project({ 'forge-backend-plain': {} });
    const error = await failureOf(() => registry().find('plain'));
    expect(error.message).to.equal(
      'forge-backend-plain 1.2.3 is not a Forge plugin: its package.json has no "forge" key.',
    );
  });

  it('asks for a name if several backends are installed, and for an installation if none is', async () => {
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
      { forge: { ...declares('x'), port: 2 }, module: '' },
      'PLUGIN_INVALID',
      /broken 1\.2\.3 is built for plugin port 2; this Forge has port 1/,
    ],
    'declares no plugin port': [
      { forge: { plugin: './plugin.js', backends: ['x'] }, module: '' },
      'PLUGIN_INVALID',
      /broken 1\.2\.3 declares no plugin port/,
    ],
    'declares no module': [
      { forge: { port: 1, backends: ['x'] }, module: '' },
      'PLUGIN_INVALID',
      /broken 1\.2\.3 declares no plugin module/,
    ],
    'declares a missing module': [
      { forge: { ...declares('x'), plugin: './nope.js' }, module: '' },
      'PLUGIN_INVALID',
      /broken 1\.2\.3 has no \.\/nope\.js/,
    ],
    'throws while loading': [
      { forge: declares('x'), module: 'throw new Error("no glue")' },
      'PLUGIN_INVALID',
      /broken 1\.2\.3 could not be loaded: no glue/,
    ],
    'never finishes loading': [
      { forge: declares('x'), module: 'await new Promise(() => {})' },
      'PLUGIN_INVALID',
      /broken 1\.2\.3 could not be loaded: its module did not load within 0\.2 s/,
    ],
    'throws while registering': [
      { forge: declares('x'), module: 'export default { port: 1, register() { throw new Error("no glue") } }' },
      'PLUGIN_INVALID',
      /no glue/,
    ],
    'has no default export': [{ forge: declares('x'), module: 'export const x = 1' }, 'PLUGIN_INVALID', /definePlugin/],
    'exports something else': [{ forge: declares('x'), module: 'export default {}' }, 'PLUGIN_INVALID', /definePlugin/],
    'has a module for another port': [
      { forge: declares('x'), module: 'export default { port: 2 }' },
      'PLUGIN_INVALID',
      /broken 1\.2\.3 could not be loaded: its module is built for plugin port 2; this Forge has port 1/,
    ],
    'provides an object instead of a factory function': [
      { forge: declares('x'), module: 'export default { port: 1, backends: { x: {} } }' },
      'PLUGIN_INVALID',
      /broken 1\.2\.3 could not be loaded: backends\.x is not a factory function/,
    ],
    'declares a backend that it does not register': [
      { forge: declares('x'), module: 'export default { port: 1 }' },
      'PLUGIN_INVALID',
      /broken declares the backend x but does not register it/,
    ],
    'throws while creating the backend': [
      {
        forge: declares('x'),
        module: 'export default { port: 1, backends: { x: () => { throw new Error("no glue") } } }',
      },
      'PLUGIN_INVALID',
      /Failed to create the backend x of broken 1\.2\.3: no glue/,
    ],
    'never finishes creating the backend': [
      { forge: declares('x'), module: 'export default { port: 1, backends: { x: () => new Promise(() => {}) } }' },
      'PLUGIN_INVALID',
      /Failed to create the backend x of broken 1\.2\.3: it did not finish within 0\.2 s/,
    ],
    'registers a backend for another port': [
      { forge: declares('x'), module: registers({ port: 7, name: 'x' }) },
      'BACKEND_INVALID',
      /built for backend port 7; this Forge has port 1/,
    ],
    'registers a backend of another name': [
      { forge: declares('x'), module: registers({ port: 1, name: 'y' }, 'x') },
      'BACKEND_INVALID',
      /broken registers a backend named y as x/,
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

  it('finds backends by package name if nothing depends on any, and prefers dependencies of a project', async () => {
    await project({ 'forge-backend-near': { forge: declares('near') } }, 'fallback');
    expect((await registry('elsewhere').find()).plugin.package).to.equal('forge-backend-near');
    await project({ only: { forge: declares('only') } }, 'mine');
    expect((await registry('mine').find()).name).to.equal('only');
    expect((await registry('mine').list()).map(({ name }) => name)).to.deep.equal(['only', 'near']);
  });
});
