import { cp, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPlugin, writeFiles, writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { inFolder } from '../cli/folder.js';
import { type Finished, forge, startForge } from '../cli/forge-process.js';

const valid = 'export default { port: 1 };';
const configs = ['--data-config', 'data.ts', '--model-config', 'model.ts', '--steps', '2'];
const train = ['train', '--backend', 'toy', ...configs];

/** A project with one plugin of each kind of fault, and a valid one. */
async function writeFaultyProject(cwd: string): Promise<void> {
  await writeToyProject(cwd);
  const packages: [string, object | undefined, string?][] = [
    ['throws', { backends: ['thrower'], commands: ['throw'] }, "throw new Error('no licence');"],
    ['hangs', { backends: ['hanger'], sinks: ['hang'] }, 'await new Promise(() => {});'],
    ['takes', { backends: ['toy'], launchers: ['local'], commands: ['train', 'takes:none'], sinks: ['none'] }, valid],
    ['newer', { port: 2, sinks: ['new'] }, valid],
    ['mainless', { plugin: undefined, hooks: ['main'] }, valid],
    ['unbuilt', { plugin: './dist/plugin.js', hooks: ['build'] }, valid],
    ['other', { hooks: ['other'] }, 'export const something = 1;'],
    ['shy', { readers: ['shy'] }, valid],
    ['own-core', { sinks: ['own'] }, valid],
    ['plain', undefined],
  ];
  for (const [name, forgeKey, module] of packages) {
    await installPlugin(cwd, {
      name,
      ...(forgeKey === undefined ? {} : { forge: forgeKey }),
      ...(module === undefined ? {} : { module }),
    });
  }
  await writeFiles(join(cwd, 'node_modules/own-core/node_modules/@forge-ml/core'), {
    'package.json': JSON.stringify({
      name: '@forge-ml/core',
      version: '0.0.1',
      exports: { './package.json': './package.json' },
    }),
  });
}

/** Adds a package that is not a plugin to the data folder of the command line. */
async function installStranger(cwd: string): Promise<void> {
  const folder = join(cwd, '.data/forge');
  await installPlugin(folder, { name: 'stranger' });
}

describe('faulty plugins', function () {
  this.timeout(60_000);
  const inProject = (work: (cwd: string) => Promise<void>) =>
    inFolder(async (cwd) => {
      await writeFaultyProject(cwd);
      await work(cwd);
    });
  const shortTimeout = { FORGE_PLUGIN_SECONDS: '1' };
  const firstLine = ({ status, stderr }: Finished) => [status, stderr.split('\n')[0]];

  it('do not break other commands, which do not load them', () =>
    inProject(async (cwd) => {
      await installStranger(cwd);
      for (const words of [['--help'], ['runs'], ['plugins'], ['version'], ['train', '--help']]) {
        const { status, stderr } = await forge(words, { cwd });
        expect([status, stderr], words.join(' ')).to.deep.equal([0, '']);
      }
      const { status, stdout, stderr } = await forge([...train, '--launcher', 'local'], { cwd });
      expect([status, stderr]).to.deep.equal([
        0,
        'Warning: toy-plugin 1.0.0 and takes 1.0.0 provide the backend toy; using that of toy-plugin.\n',
      ]);
      expect(stdout).to.include('Completed at step 2');
    }));

  it('are reported by forge plugins from their manifests alone', () =>
    inProject(async (cwd) => {
      await installStranger(cwd);
      const { stdout } = await forge(['plugins', '--json'], { cwd });
      const { plugins } = JSON.parse(stdout) as {
        plugins: { package: string; usable: boolean; remarks: { message: string }[] }[];
      };
      const remarks = Object.fromEntries(
        plugins.map((plugin) => [plugin.package, plugin.remarks.map(({ message }) => message)]),
      );
      const core = join(cwd, 'node_modules/own-core/node_modules/@forge-ml/core');
      expect(remarks).to.deep.include({
        'toy-plugin': [],
        throws: [],
        takes: [
          'takes 1.0.0 provides the backend toy, but toy-plugin 1.0.0 already has that name and is used.',
          'takes 1.0.0 provides the metric sink none, but Forge itself already has that name and is used.',
          'takes 1.0.0 provides the launcher local, but Forge itself already has that name and is used.',
          'takes 1.0.0 provides the command train, but Forge itself already has that name and is used.',
        ],
        newer: ['newer 1.0.0 is built for plugin port 2; this Forge has port 1.'],
        mainless: ['mainless 1.0.0 declares no plugin module in its package.json.'],
        unbuilt: ['unbuilt 1.0.0 has no ./dist/plugin.js, which its package.json declares as its plugin module.'],
        'own-core': [`own-core 1.0.0 has its own copy of @forge-ml/core in ${core}, which is not used.`],
        stranger: ['stranger 1.0.0 is not a Forge plugin: its package.json has no "forge" key.'],
      });
      expect(remarks).to.not.have.property('plain');
      expect(plugins.filter(({ usable }) => !usable).map((plugin) => plugin.package)).to.have.members([
        'newer',
        'mainless',
        'unbuilt',
        'stranger',
      ]);
      const human = await forge(['plugins'], { cwd });
      expect(human.stdout).to.match(/^hangs +1\.0\.0 +project +backends hanger; sinks hang$/m);
      expect(human.stdout).to.match(
        /^✗ newer 1\.0\.0 is built for plugin port 2; .*\n {2}→ Install a newer version of Forge/m,
      );
      const doctor = await forge(['doctor', '--json'], { cwd, env: shortTimeout });
      const checks = JSON.parse(doctor.stdout).checks as { name: string; status: string; detail: string }[];
      expect(checks).to.deep.include({
        name: 'backend hanger',
        status: 'fail',
        detail: 'The plugin hangs 1.0.0 could not be loaded: its module did not load within 1 s',
        remedy: 'Install it again.',
      });
      expect(checks.filter(({ name }) => name === 'plugin newer').map(({ status }) => status)).to.deep.equal(['warn']);
    }));

  it('are listed by forge backends with the valid ones', () =>
    inProject(async (cwd) => {
      const { status, stdout } = await forge(['backends', '--json'], { cwd, env: shortTimeout });
      expect(status).to.equal(0);
      const backends = JSON.parse(stdout).backends as { name: string; package: string; error: string | null }[];
      expect(backends.map(({ name, package: from, error }) => `${name} of ${from}: ${error}`)).to.include.members([
        'toy of toy-plugin: null',
        'null of toy-plugin: null',
        'thrower of throws: The plugin throws 1.0.0 could not be loaded: no licence',
        'hanger of hangs: The plugin hangs 1.0.0 could not be loaded: its module did not load within 1 s',
        'toy of takes: takes declares the backend toy but does not register it.',
      ]);
    }));

  it('are reported in one line if they are used', () =>
    inProject(async (cwd) => {
      const ask = async (...words: string[]) =>
        firstLine(await forge([...train, ...words], { cwd, env: shortTimeout }));
      const error = (text: string) => [2, `Error: ${text}`];
      const used = await forge(['train', '--backend', 'thrower', ...configs], { cwd, env: shortTimeout });
      expect(firstLine(used)).to.deep.equal(error('The plugin throws 1.0.0 could not be loaded: no licence'));
      expect(await ask('--sink', 'hang')).to.deep.equal(
        error('The plugin hangs 1.0.0 could not be loaded: its module did not load within 1 s'),
      );
      expect(await ask('--sink', 'new')).to.deep.equal(
        error('newer 1.0.0 is built for plugin port 2; this Forge has port 1.'),
      );
      expect(await ask('--hook', 'main')).to.deep.equal(
        error('mainless 1.0.0 declares no plugin module in its package.json.'),
      );
      expect(await ask('--hook', 'build')).to.deep.equal(
        error('unbuilt 1.0.0 has no ./dist/plugin.js, which its package.json declares as its plugin module.'),
      );
      expect(await ask('--hook', 'other')).to.deep.equal(
        error('The plugin other 1.0.0 could not be loaded: it has no default export made with definePlugin'),
      );
      expect(firstLine(await forge(['throw'], { cwd }))).to.deep.equal(
        error('The plugin throws 1.0.0 could not be loaded: no licence'),
      );
      expect(firstLine(await forge(['takes:none'], { cwd }))).to.deep.equal(
        error('takes declares the command takes:none but does not register it.'),
      );
    }));

  it('work with a bundled copy of the core, whose tokens and errors are recognised', () =>
    inFolder(async (cwd) => {
      await writeToyProject(cwd);
      const module = `import { definePlugin, ForgeError, providerToken } from './core/plugin.js';
        const no = () => { throw new ForgeError('DATA_UNAVAILABLE', 'The server is closed.', { hint: 'Open it.' }); };
        export default definePlugin({
          port: 1,
          sinks: { no },
          register: (container) =>
            container.register(providerToken('hooks', 'late'), { useValue: () => ({ end: () => console.log('late') }) }),
        });`;
      await installPlugin(cwd, { name: 'bundled', forge: { sinks: ['no'], hooks: ['late'] }, module });
      await cp(
        fileURLToPath(new URL('.', import.meta.resolve('@forge-ml/core'))),
        join(cwd, 'node_modules/bundled/core'),
        {
          recursive: true,
          filter: (path) => !path.includes('.test.'),
        },
      );
      // A bundler includes the dependencies of the core.
      const distance = 'node_modules/fastest-levenshtein';
      await symlink(fileURLToPath(new URL(`../../../${distance}`, import.meta.url)), join(cwd, distance));
      const { status, stderr } = await forge([...train, '--sink', 'no'], { cwd });
      expect([status, stderr]).to.deep.equal([2, 'Error: The server is closed.\n  → Open it.\n']);
      expect((await forge([...train, '--hook', 'late'], { cwd })).stdout).to.match(/^late$/m);
    }));

  it('are reported while they block the process', () =>
    inProject(async (cwd) => {
      await installPlugin(cwd, { name: 'loops', forge: { sinks: ['loop'] }, module: 'for (;;);' });
      const { child, finished, said } = startForge([...train, '--sink', 'loop'], {
        cwd,
        env: { FORGE_PLUGIN_SECONDS: '0.2' },
      });
      await said(
        /^Warning: Loading loops 1\.0\.0 has blocked this process for 1\.2 s\. Press Ctrl-C to stop\.$/m,
        'stderr',
      );
      child.kill('SIGKILL');
      await finished;
    }));
});
