import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { makeFolder, removeFolder } from '../cli/folder.js';
import { runCommand } from '../plugins/command.js';
import { npm, packOwn } from '../plugins/npm.js';
import { Registry } from '../plugins/registry.js';
import { commandsIn } from './pages.js';

describe('docs/write-a-backend.md', () => {
  let folder = '';
  let registry: Registry;
  before(async function () {
    this.timeout(60_000);
    folder = await makeFolder();
    registry = await Registry.start();
    for (const name of ['core', 'ui', 'cli'] as const) await registry.publish(await packOwn(name, folder));
    // npx installs into the folder, which is removed; npm's download cache is shared.
    await mkdir(join(folder, 'cache'));
    await symlink(join(await npm(['config', 'get', 'cache']), '_cacache'), join(folder, 'cache', '_cacache'));
  });
  after(async () => {
    await registry.stop();
    await removeFolder(folder);
  });

  it('has commands that generate, pack and install a backend, and train with it', async () => {
    const commands = await commandsIn('docs/write-a-backend.md');
    expect(commands[0]).to.equal('npx @forge-ml/cli generate backend abacus');
    // One shell for the whole page, because its commands change the working directory.
    const script = commands.map((command) => `echo "\\$ ${command}"\n${command}`).join('\n');
    await mkdir(join(folder, 'clean'));
    await writeFile(join(folder, 'page.sh'), script);
    const { status, stdout, stderr } = await runCommand(['bash', '-e', '../page.sh'], join(folder, 'clean'), {
      'npm_config_@forge-ml:registry': registry.url,
      npm_config_cache: join(folder, 'cache'),
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      npm_config_yes: 'true',
      XDG_DATA_HOME: join(folder, 'data'),
    });
    expect(status, `${stdout}\n${stderr}`).to.equal(0);
    const outputs = new Map(
      stdout
        .split(/^\$ /m)
        .slice(1)
        .map((part) => [part.split('\n')[0]!, part]),
    );
    const output = (start: string) => [...outputs].find(([command]) => command.startsWith(start))?.[1];
    expect(output('npm test')).to.match(/\d{2,} passing/);
    expect(output('npx forge backends')).to.include('abacus  forge-backend-abacus 0.1.0');
    const accuracy = /^accuracy +([\d.]+)|accuracy ([\d.]+)/m.exec(output('npx forge eval')!);
    expect(Number(accuracy?.[1] ?? accuracy?.[2]), output('npx forge eval')).to.be.greaterThan(0.85);
    for (const trained of ['--run-name packed', '--resume ring']) {
      const [, text] = [...outputs].find(([command]) => command.includes(trained))!;
      expect(text).to.include('Completed at step');
    }
  }).timeout(240_000);
});
