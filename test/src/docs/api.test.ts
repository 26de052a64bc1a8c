import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { root } from './pages.js';

describe('the API reference in docs/api', () => {
  it('is up to date with the types and their comments (npm run api), which have no broken link', async () => {
    const { generateApi } = await import(pathToFileURL(join(root, 'scripts/generate-api.js')).href);
    const generated = (await generateApi()) as Map<string, string>;
    const written = (await readdir(join(root, 'docs/api'))).map((name) => `docs/api/${name}`);
    expect(written.sort()).to.deep.equal([...generated.keys()].sort());
    for (const [path, text] of generated) {
      // Not a comparison of two long texts: its report would be too long to read.
      expect((await readFile(join(root, path), 'utf8')) === text, `${path} is out of date: npm run api`).to.equal(true);
    }
  }).timeout(300_000);
});
