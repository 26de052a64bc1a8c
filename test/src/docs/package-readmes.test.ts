import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { root } from './pages.js';

/** Each script of the page, and its output on the page. */
async function scripts(name: string): Promise<{ code: string; prints: string }[]> {
  const page = await readFile(join(root, `packages/${name}/README.md`), 'utf8');
  const blocks = page.matchAll(/^```js\n([\s\S]*?)^```(?:\n\n```text\n([\s\S]*?)^```)?/gm);
  return [...blocks].map(([, code, prints = '']) => ({ code: code!, prints }));
}

/** By package: which scripts have an output on its page. */
const pages = { onnx: [false, true, true, true, true, true], kernels: [true, false], ort: [true] };

for (const [name, printing] of Object.entries(pages)) {
  describe(`the scripts in packages/${name}/README.md`, () => {
    let folder: string;
    before(async () => {
      // In the repository, so that the package is found.
      await mkdir(join(root, 'test/dist'), { recursive: true });
      folder = await mkdtemp(join(root, `test/dist/${name}-readme-`));
    });
    after(() => rm(folder, { recursive: true }));

    it('print the output on the page, in order, and are short', async () => {
      const found = await scripts(name);
      expect(found.map(({ prints }) => prints !== '')).to.deep.equal(printing);
      for (const [at, { code, prints }] of found.entries()) {
        await writeFile(join(folder, `${at}.mjs`), code);
        const { stdout, stderr } = spawnSync(process.execPath, [`${at}.mjs`], { cwd: folder, encoding: 'utf8' });
        expect({ stdout, stderr }, code).to.deep.equal({ stdout: prints, stderr: '' });
        const lines = code.split('\n').filter((line) => line !== '' && !line.startsWith('import '));
        expect(lines.length, code).to.be.at.most(name === 'onnx' ? 5 : 10);
      }
    }).timeout(60_000);
  });
}
