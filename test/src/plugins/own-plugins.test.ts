import { cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFiles, writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { makeFolder, removeFolder } from '../cli/folder.js';
import { type Finished, forge } from '../cli/forge-process.js';

const packages = fileURLToPath(new URL('../../../packages/', import.meta.url));
const name = '@forge-ml/viewer';
const summary = 'Show a view.';

/** A package with a command that prints its version. */
const viewer = (version: string, commands = ['view']): Readonly<Record<string, string>> => ({
  'package.json': JSON.stringify({
    name,
    version,
    type: 'module',
    forge: { plugin: './plugin.js', port: 1, commands, summaries: { view: summary } },
  }),
  'plugin.js': `
    import { definePlugin } from '@forge-ml/core/plugin';
    const run = async () => ({ data: { version: '${version}' }, text: 'viewer ${version}' });
    const view = { summary: '${summary}', examples: ['forge view'], words: [], flags: {}, run };
    export default definePlugin({ port: 1, commands: { view: () => view } });`,
});

/** Installs the command line, with the viewer as a dependency, as a package manager does. */
type Layout = (root: string) => Promise<{ readonly program: string; readonly viewer: string }>;

async function installCli(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const part of ['bin', 'bundle', 'templates', 'oclif.manifest.json']) {
    await cp(join(packages, 'cli', part), join(folder, part), { recursive: true });
  }
  const own = JSON.parse(await readFile(join(packages, 'cli', 'package.json'), 'utf8')) as { dependencies: object };
  const dependencies = { ...own.dependencies, [name]: '*' };
  await writeFiles(folder, { 'package.json': JSON.stringify({ ...own, dependencies }) });
}

async function link(target: string, path: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  await symlink(target, path, 'junction');
}

const layouts: Readonly<Record<string, Layout>> = {
  'next to it, as npm does': async (root) => {
    const modules = join(root, 'lib/node_modules');
    await installCli(join(modules, '@forge-ml/cli'));
    await link(join(packages, 'core'), join(modules, '@forge-ml/core'));
    return { program: join(modules, '@forge-ml/cli/bin/forge.js'), viewer: join(modules, name) };
  },
  'below it, as npm does for a global installation': async (root) => {
    const cli = join(root, 'lib/node_modules/@forge-ml/cli');
    await installCli(cli);
    await link(join(packages, 'core'), join(cli, 'node_modules/@forge-ml/core'));
    await link(join(cli, 'bin/forge.js'), join(root, 'bin/forge'));
    return { program: join(root, 'bin/forge'), viewer: join(cli, 'node_modules', name) };
  },
  'in a store, as pnpm does': async (root) => {
    const store = join(root, 'node_modules/.pnpm');
    const modules = join(store, '@forge-ml+cli@0.1.0/node_modules');
    await installCli(join(modules, '@forge-ml/cli'));
    await link(join(packages, 'core'), join(modules, '@forge-ml/core'));
    const viewerModules = join(store, '@forge-ml+viewer@1.0.0/node_modules');
    await link(join(packages, 'core'), join(viewerModules, '@forge-ml/core'));
    await link(join(viewerModules, name), join(modules, name));
    await link(join(modules, '@forge-ml/cli'), join(root, 'node_modules/@forge-ml/cli'));
    return { program: join(root, 'node_modules/@forge-ml/cli/bin/forge.js'), viewer: join(viewerModules, name) };
  },
};

describe('plugins that the command line depends on', function () {
  this.timeout(60_000);
  let root: string;
  let empty: string;
  before(async () => {
    root = await makeFolder();
    empty = await makeFolder();
  });
  after(() => Promise.all([root, empty].map(removeFolder)));

  for (const [how, install] of Object.entries(layouts)) {
    it(`are found ${how}, in a folder without a project`, async () => {
      const folder = join(root, String(Object.keys(layouts).indexOf(how)));
      const { program, viewer: at } = await install(folder);
      await writeFiles(at, viewer('1.0.0'));
      const run = (words: readonly string[]) => forge(words, { cwd: empty, program });
      expect(await run(['view'])).to.deep.equal({ status: 0, stdout: 'viewer 1.0.0\n', stderr: '' });
      const help = await run(['view', '--help']);
      expect([help.status, help.stderr]).to.deep.equal([0, '']);
      expect(help.stdout).to.include(summary).and.to.include('$ forge view');
      expect((await run(['vew'])).stderr).to.include('Did you mean forge view?');
    });
  }

  describe('beside a project', () => {
    let program: string;
    let project: string;
    const inProject = (...words: string[]): Promise<Finished> => forge(words, { cwd: project, program });
    before(async () => {
      const installed = await layouts['next to it, as npm does']!(join(root, 'cli'));
      program = installed.program;
      await writeFiles(installed.viewer, viewer('1.0.0'));
    });
    beforeEach(async () => {
      project = await makeFolder();
      await link(join(packages, 'core'), join(project, 'node_modules/@forge-ml/core'));
    });
    afterEach(() => removeFolder(project));

    it('are listed as parts of Forge', async () => {
      const { stdout: help } = await inProject('--help');
      const [own, others = ''] = help.split('COMMANDS OF PLUGINS');
      expect(own!.split('\nCOMMANDS\n')[1]).to.match(/^ {2}view +Show a view\.$/m);
      expect(others).to.not.include('view');
      const { plugins } = JSON.parse((await inProject('plugins', '--json')).stdout) as { plugins: object[] };
      expect(plugins[0]).to.include({ package: name, from: 'forge', usable: true });
      expect(plugins[0]).to.not.have.property('ofProgram');
      expect((await inProject('plugins')).stdout).to.match(/@forge-ml\/viewer +1\.0\.0 +Forge +commands view/);
      expect((await inProject('plugins', 'inspect', name)).stdout).to.match(/from +Forge\n/);
      const removal = await inProject('plugins', 'uninstall', name);
      expect([removal.status, removal.stderr]).to.deep.equal([
        2,
        'Error: The plugin @forge-ml/viewer comes with Forge, and cannot be removed.\n  → forge plugins lists what each plugin provides.\n',
      ]);
      expect((await inProject('doctor')).stdout).to.not.include(name);
      expect((await inProject('__complete', 'zsh', 'vi')).stdout).to.equal('view\tShow a view.\n');
    });

    it('are those of the project if it has its own version', async () => {
      await writeFiles(project, { 'package.json': JSON.stringify({ dependencies: { [name]: '*' } }) });
      await writeFiles(join(project, 'node_modules', name), viewer('2.0.0'));
      expect((await inProject('view')).stdout).to.equal('viewer 2.0.0\n');
      const { stdout: help } = await inProject('--help');
      expect(help).to.match(/COMMANDS OF PLUGINS\n +view +Show a view\. \(from @forge-ml\/viewer 2\.0\.0\)\n/);
      expect((await inProject('plugins')).stdout).to.match(/@forge-ml\/viewer +2\.0\.0 +project/);
    });

    it('keep their commands when another plugin takes the name', async () => {
      await writeFiles(project, { 'package.json': JSON.stringify({ dependencies: { other: '*' } }) });
      const { 'package.json': manifest, ...files } = viewer('3.0.0');
      const other = manifest!.replace(name, 'other');
      await writeFiles(join(project, 'node_modules/other'), { ...files, 'package.json': other });
      const { stdout, stderr } = await inProject('view');
      expect(stdout).to.equal('viewer 1.0.0\n');
      expect(stderr).to.include('using that of @forge-ml/viewer.');
      expect((await inProject('doctor')).stdout).to.include('already has that name and is used');
    });

    it('are used among stored runs, where no other plugin is', async () => {
      await writeToyProject(project);
      const configs = ['--backend=toy', '--data-config=data.ts', '--model-config=model.ts'];
      expect((await inProject('train', ...configs, '--steps=1', '--run-name=line')).status).to.equal(0);
      const run = join(project, 'results/line/1');
      await writeFiles(run, { 'package.json': JSON.stringify({ dependencies: { [name]: '*' } }) });
      await writeFiles(join(run, 'node_modules', name), viewer('6.6.6'));
      const { stdout, stderr } = await forge(['view'], { cwd: run, program });
      expect([stdout, stderr]).to.deep.equal(['viewer 1.0.0\n', '']);
    });
  });
});
