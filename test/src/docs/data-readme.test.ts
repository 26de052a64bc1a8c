import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { root } from './pages.js';

/** Each script of the page, and its output on the page. */
async function scripts(): Promise<{ code: string; prints: string }[]> {
  const page = await readFile(join(root, 'packages/data/README.md'), 'utf8');
  const blocks = page.matchAll(/^```js\n([\s\S]*?)^```(?:\n\n```text\n([\s\S]*?)^```)?/gm);
  return [...blocks].map(([, code, prints]) => ({ code: code!, prints: prints ?? 'nothing on the page' }));
}

describe('the scripts in packages/data/README.md', () => {
  let folder: string;
  before(async () => {
    // In the repository, so that the package is found.
    await mkdir(join(root, 'test/dist'), { recursive: true });
    folder = await mkdtemp(join(root, 'test/dist/data-readme-'));
    const fixtures = join(root, 'packages/data/fixtures');
    await cp(join(fixtures, 'images/gray-8.png'), join(folder, 'pets/cat/1.png'));
    await cp(join(fixtures, 'images/palette-8.png'), join(folder, 'pets/cat/2.png'));
    await cp(join(fixtures, 'tables/everything.parquet'), join(folder, 'houses.parquet'));
    await cp(join(fixtures, 'audio/pcm-16-2.wav'), join(folder, 'words/no/1.wav'));
    await cp(join(fixtures, 'images/progressive.jpg'), join(folder, 'pets/dog/1.jpg'));
  });
  after(() => rm(folder, { recursive: true }));

  it('print the output on the page, and are short', async () => {
    const found = await scripts();
    expect(found.length).to.be.at.least(1);
    for (const [at, { code, prints }] of found.entries()) {
      await writeFile(join(folder, `${at}.mjs`), code);
      const { stdout, stderr } = spawnSync(process.execPath, [`${at}.mjs`], { cwd: folder, encoding: 'utf8' });
      expect({ stdout, stderr }, code).to.deep.equal({ stdout: prints, stderr: '' });
      const lines = code.split('\n').filter((line) => line !== '' && !line.startsWith('import '));
      expect(lines.length, code).to.be.at.most(5);
    }
  }).timeout(60_000);
});
