import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { container } from 'tsyringe';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { builtins } from '../builtins/builtins.js';
import { publishedLaunchers } from '../discovery/published-packages.js';
import { PluginHost } from '../host/plugin-host.js';
import { ProviderRegistry } from './provider-registry.js';

describe('ProviderRegistry', () => {
  const folder = useTemporaryFolder();

  it('names the package of a launcher that is published with Forge and not installed', async () => {
    const places = { project: folder(), installed: [], linked: [], fallbacks: [folder()] };
    const host = new PluginHost(container.createChildContainer(), places, { loadLimit: 200, warn: () => undefined });
    const launchers = new ProviderRegistry(host, {
      ...{ kind: 'launchers', flag: 'launcher', builtins: builtins.launchers, installCommand: 'npm install' },
      published: publishedLaunchers,
    });
    for (const [name, published] of publishedLaunchers) {
      const missing = await failureOf(() => launchers.find(name));
      expect(missing.message).to.equal(`The launcher "${name}" is not installed.`);
      expect(missing.hint).to.equal(`Install it: npm install ${published}`);
      // A package of this repository, which announces it.
      const path = new URL(`../../../../${published.replace('@forge-ml/', '')}/package.json`, import.meta.url);
      expect(JSON.parse(await readFile(path, 'utf8')).forge.launchers).to.include(name);
    }
    expect([...publishedLaunchers.keys()]).to.deep.equal(['slurm']);
  });
});
