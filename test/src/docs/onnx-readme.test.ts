import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { root } from './pages.js';

/** Each script of the page, and its output on the page. */
async function scripts(): Promise<{ code: string; prints: string }[]> {
  const page = await readFile(join(root, 'packages/onnx/README.md'), 'utf8');
  const blocks = page.matchAll(/^```js\n([\s\S]*?)^```(?:\n\n```text\n([\s\S]*?)^```)?/gm);
  return [...blocks].map(([, code, prints = '']) => ({ code: code!, prints }));
}

describe('the scripts in packages/onnx/README.md', () => {
  let folder: string;
  before(async () => {
    // In the repository, so that the package is found.
    await mkdir(join(root, 'test/dist'), { recursive: true });
    folder = await mkdtemp(join(root, 'test/dist/onnx-readme-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('print the output on the page, in order, and are short', async () => {
    const found = await scripts();
    expect(found.map(({ prints }) => prints !== '')).to.deep.equal([false, true, true, true, true, true]);
    for (const [at, { code, prints }] of found.entries()) {
      await writeFile(join(folder, `${at}.mjs`), code);
      const { stdout, stderr } = spawnSync(process.execPath, [`${at}.mjs`], { cwd: folder, encoding: 'utf8' });
      expect({ stdout, stderr }, code).to.deep.equal({ stdout: prints, stderr: '' });
      const lines = code.split('\n').filter((line) => line !== '' && !line.startsWith('import '));
      expect(lines.length, code).to.be.at.most(5);
    }
  }).timeout(60_000);
});
