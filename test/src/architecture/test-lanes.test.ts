import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { root } from '../docs/pages.js';

describe('npm test', () => {
  it('runs every folder of tests, each in one lane', async () => {
    const script = await readFile(join(root, 'scripts/run-tests.js'), 'utf8');
    const lists = [...script.matchAll(/folders\(([^.)]*)\)/g)].map(([, names]) => names!.match(/[\w-]+/g) ?? []);
    const folders = (await readdir(join(root, 'test/src'), { withFileTypes: true })).filter((entry) =>
      entry.isDirectory(),
    );
    const withTests: string[] = [];
    for (const { name } of folders) {
      const files = await readdir(join(root, 'test/src', name), { recursive: true });
      if (files.some((file) => file.endsWith('.test.ts'))) withTests.push(name);
    }
    expect(lists.flat().sort()).to.deep.equal(withTests.sort());
  });
});
