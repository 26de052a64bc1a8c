import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeToyProject } from '../../testing/toy-project.js';
import { bothConfigs, forgeIn, readJsonFile, train } from '../toy-run.test.support.js';

describe('versions of the plugin and of its engine', () => {
  const folder = useTemporaryFolder();
  const edit = async (path: string, change: (content: string) => string) => {
    await writeFile(path, change(await readFile(path, 'utf8')));
  };

  it('are compared on a resume and on loading; the run records the new ones', async () => {
    await writeToyProject(folder());
    const { run } = await train(folder(), [...bothConfigs, '--run-name', 'r', '--steps=1']);
    const same = forgeIn(folder());
    await (await same.forge.loadFromCheckpoint(run)).dispose();
    expect(same.warnings).to.deep.equal([]);
    const manifest = join(folder(), 'node_modules', 'toy-plugin', 'package.json');
    await edit(manifest, (text) => text.replace('"version":"1.0.0"', '"version":"1.1.0"'));
    await edit(join(run, 'run.json'), (text) => text.replace('"toy-engine": "1.0.0"', '"toy-engine": "0.9.0"'));
    const changes = 'toy-plugin 1.0.0, toy-engine 0.9.0 → toy-plugin 1.1.0, toy-engine 1.0.0';
    const loading = forgeIn(folder());
    await (await loading.forge.loadFromCheckpoint(run)).dispose();
    expect(loading.warnings).to.deep.equal([
      `The run was made with other versions (${changes}): its numbers may differ a little here.`,
    ]);
    const resuming = forgeIn(folder(), ['--resume', 'r', '--override', '--steps=2']);
    await resuming.forge.train(await resuming.forge.config());
    expect(resuming.warnings).to.include(
      `The engine differs from the run's (${changes}): the bits may differ from here on.`,
    );
    expect((await readJsonFile(run, 'run.json')).backend).to.deep.include({ package: 'toy-plugin', version: '1.1.0' });
  });
});
