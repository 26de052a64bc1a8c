import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, realpath, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFiles } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { makeFolder, removeFolder } from '../cli/folder.js';
import { type Finished, forge } from '../cli/forge-process.js';
import { pack } from './npm.js';
import { Registry } from './registry.js';
import { trainToy, writeBareProject, writeToyPackage } from './toy-package.js';

const core = dirname(fileURLToPath(import.meta.resolve('@forge-ml/core/package.json')));

describe('forge plugins install', () => {
  let folder = '';
  let cwd = '';
  let tarball = '';
  let registry: Registry;
  const run = (...words: string[]): Promise<Finished> =>
    forge(words, { cwd, env: { FORGE_NPM_REGISTRY: registry.url } });
  const at = (...path: string[]) => join(folder, ...path);
  const installed = (...path: string[]) => join(cwd, '.data', 'forge', 'node_modules', ...path);
  const newVersion = async (version: string, port = 1, name = 'forge-backend-toy') => {
    const source = await writeToyPackage(at('versions', version), { name, version, port });
    return pack(source, at('tarballs'));
  };

  before(async () => {
    folder = await makeFolder();
    await mkdir(at('tarballs'));
    registry = await Registry.start();
    tarball = await pack(await writeToyPackage(at('toy')), at('tarballs'));
    await registry.publish(tarball);
    await writeToyPackage(at('repository'));
    const git = (...args: string[]) => execFileSync('git', ['-C', at('repository'), ...args]);
    git('init', '-q');
    git('add', '.');
    git('-c', 'user.name=A', '-c', 'user.email=a@example.org', 'commit', '-qm', 'a');
  });
  after(async () => {
    await registry.stop();
    await removeFolder(folder);
  });
  beforeEach(async () => {
    cwd = at('project');
    await rm(cwd, { recursive: true, force: true });
    await writeBareProject(cwd);
  });

  /** The plugins besides those of Forge itself. */
  async function added(): Promise<{ readonly package: string; readonly from: string }[]> {
    const { plugins } = JSON.parse((await run('plugins', '--json')).stdout);
    return plugins.filter(({ from }: { from: string }) => from !== 'forge');
  }

  /** Trains with the installed plugin. */
  async function works(): Promise<void> {
    const plugins = await added();
    expect(plugins[0]).to.include({ package: 'forge-backend-toy', version: '1.0.0' });
    const trained = await run(...trainToy, '--steps=2');
    expect([trained.status, trained.stdout], trained.stderr).to.deep.equal([0, trained.stdout]);
    expect(trained.stdout).to.include('one core: true');
    const broken = await run(...trainToy, '--engine=broken');
    expect([broken.status, broken.stderr.split('\n').length], broken.stderr).to.deep.equal([2, 3]);
  }

  const ways: Record<string, () => string> = {
    'a name in the registry': () => 'forge-backend-toy',
    'a tarball by its path from here': () => relative(cwd, tarball),
    'a folder': () => '../toy',
    'a git repository': () => `git+file://${at('repository')}`,
  };
  for (const [way, word] of Object.entries(ways)) {
    it(`by ${way}: the plugin uses the core of the command line, and can be removed`, async () => {
      const install = await run('plugins:install', word());
      expect(install).to.deep.equal({
        status: 0,
        stdout: 'Installed forge-backend-toy 1.0.0  backends toy\n',
        stderr: '',
      });
      // The core is linked next to the plugin, because resolving it by module hooks would be slower.
      expect(await realpath(installed('@forge-ml', 'core'))).to.equal(core);
      await works();
      expect((await run('plugins', 'uninstall', 'forge-backend-toy')).stdout).to.equal('Removed forge-backend-toy.\n');
      // No package name is suggested, because an attacker could publish it.
      expect((await run(...trainToy)).stderr).to.match(
        /→ Install the package that provides it: forge plugins install PACKAGE$/m,
      );
    }).timeout(60_000);
  }

  it('replaces the core that a plugin depends on', async () => {
    const poison = { 'package.json': '{"name":"@forge-ml/core","version":"0.1.0"}', 'index.js': 'throw new Error();' };
    await writeFiles(at('core'), poison);
    await registry.publish(await pack(at('core'), at('tarballs')));
    const more = { peerDependencies: {}, peerDependenciesMeta: {}, dependencies: { '@forge-ml/core': '0.1.0' } };
    await writeToyPackage(at('owner'), { more });
    expect((await run('plugins', 'install', '../owner')).stderr).to.equal('');
    await works();
  }).timeout(60_000);

  it('distinguishes plugins that were installed by address, and warns of a name that both provide', async () => {
    for (const name of ['one', 'two']) await writeToyPackage(at(name), { name: `forge-backend-${name}` });
    await run('plugins', 'install', '../one');
    const second = await run('plugins', 'install', '../two', '--json');
    expect(JSON.parse(second.stdout).plugin.package).to.equal('forge-backend-two');
    expect(second.stderr).to.match(
      /^Warning: forge-backend-two .*provides the backend toy, but forge-backend-one .*already has that name and is used\. Remove one of the plugins, .*\n$/,
    );
    const { stdout } = await run('plugins', 'uninstall', 'forge-backend-two');
    expect(stdout).to.equal('Removed forge-backend-two.\n');
    const plugins = await added();
    expect(plugins[0]!.package).to.equal('forge-backend-one');
  }).timeout(60_000);

  it('skips install scripts without --allow-scripts, and reports them', async () => {
    const more = {
      files: ['*.js', '!*.test.js'],
      scripts: { postinstall: "node -e \"require('fs').writeFileSync('ran', String())\"" },
    };
    await writeToyPackage(at('scripted'), { more });
    const script = installed('forge-backend-toy', 'ran');
    const careful = await run('plugins', 'install', '../scripted');
    expect(careful.stdout).to.include('Not run: the scripts of forge-backend-toy 1.0.0. --allow-scripts runs them.');
    expect(careful.stderr).to.equal('');
    expect(existsSync(script)).to.equal(false);
    const allowed = await run('plugins', 'install', '../scripted', '--allow-scripts');
    expect([allowed.stderr, /Not run/.test(allowed.stdout)]).to.deep.equal(['', false]);
    expect(existsSync(script)).to.equal(true);
  }).timeout(60_000);

  it('rejects a plugin for another port and a package that is not a plugin, and keeps the installed version', async () => {
    await run('plugins', 'install', 'forge-backend-toy');
    const next = await run('plugins', 'install', await newVersion('2.0.0', 2));
    expect([next.status, next.stdout]).to.deep.equal([2, '']);
    expect(next.stderr).to.match(
      /^Error: forge-backend-toy 2\.0\.0 is built for plugin port 2; this Forge has port 1\.\n {2}→ .+\n$/,
    );
    await works();
    await writeFiles(at('plain'), { 'package.json': '{"name":"plain","version":"1.0.0"}' });
    const plain = await run('plugins', 'install', '../plain');
    expect(plain.stderr).to.match(
      /^Error: plain is not a Forge plugin: its package\.json has no forge key\.\n {2}→ .+\n$/,
    );
    expect(existsSync(installed('plain'))).to.equal(false);
  }).timeout(60_000);

  it('reports an error in one line', async () => {
    const cases: [string, RegExp][] = [
      ['./nope.tgz', /^Error: \.\/nope\.tgz does not exist\.\n {2}→ .+\n$/],
      ['nope', /^Error: Cannot install nope: the registry has no nope, or is unreachable\.\n {2}→ .+\n$/],
      ['Not A Name', /^Error: Cannot install Not A Name: Invalid npm package name\.\n {2}→ .+\n$/],
      [`git+file://${at('nowhere')}`, /^Error: Cannot install git\+file:\S+: .+\n {2}→ .+\n$/],
    ];
    for (const [word, message] of cases) {
      const { status, stdout, stderr } = await run('plugins', 'install', word);
      expect([status, stdout], stderr).to.deep.equal([2, '']);
      expect(stderr).to.match(message);
    }
  }).timeout(60_000);

  it('updates to the newest version that this Forge can use', async () => {
    const name = 'forge-backend-updated';
    await registry.publish(await newVersion('1.0.1', 1, name));
    await run('plugins', 'install', name);
    expect((await run('plugins', 'update')).stdout).to.equal(`${name} 1.0.1 is up to date.\n`);
    await registry.publish(await newVersion('1.1.0', 1, name));
    expect((await run('plugins', 'update')).stdout).to.equal(`${name} 1.0.1 → 1.1.0\n`);
    await registry.publish(await newVersion('2.0.0', 2, name));
    const refused = await run('plugins', 'update');
    expect(refused.stdout).to.match(
      /^Kept forge-backend-updated 1\.1\.0: .* 2\.0\.0 is built for plugin port 2; .*port 1\.\n$/,
    );
    const { stdout } = await run('plugins', 'inspect', name);
    expect(stdout).to.match(
      /^forge-backend-updated 1\.1\.0\n {2}from +forge-backend-updated@latest\n {2}folder +\S+\n/,
    );
    await registry.publish(await newVersion('1.2.0', 1, name));
    expect((await run('plugins', 'update', '--json')).stdout).to.include('"to": "1.2.0"');
    expect((await run(...trainToy, '--steps=1')).stdout).to.include('one core: true');
  }).timeout(60_000);

  it('updates from the folder it was installed from, and reports if that is missing', async () => {
    const name = 'forge-backend-local';
    await writeToyPackage(at('local'), { name });
    await run('plugins', 'install', '../local');
    await writeToyPackage(at('local'), { name, version: '1.0.1' });
    expect((await run('plugins', 'update')).stdout).to.equal(`${name} 1.0.0 → 1.0.1\n`);
    await rm(at('local'), { recursive: true });
    const gone = await run('plugins', 'update');
    expect(gone.stdout).to.equal(`Kept ${name} 1.0.1: ${at('local')} no longer exists.\n`);
  }).timeout(60_000);

  it('keeps the installed version if the newest is unavailable', async () => {
    await run('plugins', 'install', 'forge-backend-toy');
    const empty = await Registry.start();
    const nowhere = { cwd, env: { FORGE_NPM_REGISTRY: empty.url } };
    const again = await forge(['plugins', 'install', 'forge-backend-toy'], nowhere);
    expect([again.status, /is unreachable/.test(again.stderr)]).to.deep.equal([2, true]);
    const updated = await forge(['plugins', 'update'], nowhere);
    await empty.stop();
    expect(updated.stdout).to.match(/^Kept forge-backend-toy 1\.0\.0: Cannot update .*: .*unreachable\.\n$/);
    await works();
    expect((await run('plugins', 'update')).stdout).to.equal('forge-backend-toy 1.0.0 is up to date.\n');
  }).timeout(60_000);

  it('links a plugin from its source folder, and ignores the core in its node_modules', async () => {
    await writeToyPackage(at('writing'));
    await writeFiles(at('writing', 'node_modules', '@forge-ml', 'core'), {
      'package.json': '{"name":"@forge-ml/core","version":"0.1.0","exports":{".":"./index.js","./*":"./index.js"}}',
      'index.js': 'throw new Error("the other core was loaded");',
    });
    const link = await run('plugins', 'link', '../writing');
    expect(link).to.deep.equal({ status: 0, stdout: 'Linked forge-backend-toy 1.0.0  backends toy\n', stderr: '' });
    await works();
    expect((await run('plugins', 'unlink', '../writing')).stdout).to.match(/^Unlinked forge-backend-toy;/);
    expect((await run('plugins', '--json')).stdout).not.to.include('forge-backend-toy');
    const empty = await run('plugins', 'link', '.');
    expect(empty.stderr).to.match(/^Error: \. contains no Forge plugin: .+\n {2}→ .+\n$/);
  }).timeout(60_000);

  it('works for resume and evaluation; a script gets the hint to install it in its project', async () => {
    await run('plugins', 'install', tarball);
    await run(...trainToy, '--steps=4');
    await rm(join(cwd, 'model.ts'));
    const resumed = await run('train', '--resume=toy', '--steps=8', '--override');
    expect([resumed.status, /toy\/1/.test(resumed.stderr + resumed.stdout)], resumed.stderr).to.deep.equal([0, true]);
    expect((await run('eval', 'toy', '--json')).status).to.equal(0);
    const script = `import { Forge } from '${import.meta.resolve('@forge-ml/core')}';
      await Forge.loadFromCheckpoint('results/toy/1').catch((e) => console.log(e.code, e.hint));`;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd, encoding: 'utf8' });
    expect(output).to.equal('BACKEND_NOT_FOUND Install it: npm install forge-backend-toy\n');
  }).timeout(60_000);
});
