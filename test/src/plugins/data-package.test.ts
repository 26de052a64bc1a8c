import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFiles } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { forge } from '../cli/forge-process.js';
import { root } from '../docs/pages.js';

describe('@forge-ml/data in a project', () => {
  let folder: string;
  before(async () => {
    // In the repository, so that the package is found.
    await mkdir(join(root, 'test/dist'), { recursive: true });
    folder = await mkdtemp(join(root, 'test/dist/data-package-'));
    await writeFiles(folder, { 'package.json': '{"private":true,"dependencies":{"@forge-ml/data":"*"}}' });
    const fixtures = join(root, 'packages/data/fixtures');
    await cp(join(fixtures, 'images/gray-8.png'), join(folder, 'pets/cat/1.png'));
    await cp(join(fixtures, 'images/progressive.jpg'), join(folder, 'pets/dog/1.jpg'));
  });
  after(() => rm(folder, { recursive: true }));

  it('is a plugin with readers', async () => {
    const { stdout, stderr } = await forge(['plugins', '--json'], { cwd: folder });
    const plugin = (JSON.parse(stdout).plugins as { package: string }[]).find(
      (found) => found.package === '@forge-ml/data',
    );
    expect(plugin, stderr).to.deep.include({ readers: ['images', 'parquet', 'wav'], usable: true });
  });

  it('reads with Forge.openDataset what its functions read', async () => {
    await writeFiles(folder, {
      'read.mjs': `import { Forge } from '@forge-ml/core';
import { images } from '@forge-ml/data';
const all = async (rows) => { const found = []; for await (const row of rows.epoch(0)) found.push(row); return found; };
const options = { size: [4, 4] };
const [opened, called] = [await all(await Forge.openDataset('images', 'pets', options)), await all(images('pets', options))];
console.log(JSON.stringify(opened) === JSON.stringify(called), called.map(({ file, label }) => file + ' ' + label).join());
`,
    });
    const { stdout, stderr } = spawnSync(process.execPath, ['read.mjs'], { cwd: folder, encoding: 'utf8' });
    expect({ stdout, stderr }).to.deep.equal({ stdout: 'true cat/1.png cat,dog/1.jpg dog\n', stderr: '' });
  });
});
