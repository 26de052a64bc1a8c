import { join } from 'node:path';
import { expect } from 'chai';
import { useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeFiles } from '../../testing/toy-project.js';
import { readPluginIn } from '../discovery/plugin-manifest.js';
import { diagnosePlugins } from './diagnose.js';

const core = '@forge-ml/core';

describe('a plugin with its own copy of the core', () => {
  const folder = useTemporaryFolder();

  async function remarksOn(more: object): Promise<string[]> {
    const manifest = {
      name: 'own',
      version: '1.0.0',
      forge: { plugin: './plugin.js', port: 1, sinks: ['own'] },
      ...more,
    };
    await writeFiles(folder(), {
      'package.json': JSON.stringify(manifest),
      'plugin.js': '',
      [`node_modules/${core}/package.json`]: JSON.stringify({ name: core, version: '0.0.1' }),
    });
    const [diagnosed] = diagnosePlugins([(await readPluginIn(folder()))!], []);
    return diagnosed!.remarks.map(({ message }) => message);
  }

  it('is valid if the copy is a development dependency, as forge generate writes it', async () => {
    const peer = { peerDependencies: { [core]: '^0.1.0' }, peerDependenciesMeta: { [core]: { optional: true } } };
    expect(await remarksOn({ ...peer, devDependencies: { [core]: '^0.1.0' } })).to.deep.equal([]);
  });

  it('is reported if users would install the copy, too', async () => {
    const used = [
      `own 1.0.0 has its own copy of ${core} in ${join(folder(), 'node_modules', core)}, which is not used.`,
    ];
    expect(await remarksOn({ dependencies: { [core]: '^0.1.0' } })).to.deep.equal(used);
    expect(await remarksOn({})).to.deep.equal(used);
  });
});
