import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect } from 'chai';
import { blocksIn, root } from './pages.js';

/** What a block may leave to the reader to write. */
const leftToTheReader = `
declare function readDigits(): Promise<{ images: import('@forge-ml/core').TensorData; labels: Int32Array }>;
`;

async function pages(): Promise<string[]> {
  const docs = (await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md'));
  return ['README.md', ...docs.map((name) => `docs/${name}`)];
}

describe('the TypeScript in README.md and docs/', () => {
  let folder: string;
  before(async () => {
    // Inside the repository, so that packages are found as they are from a project's own files.
    await mkdir(join(root, 'test/dist'), { recursive: true });
    folder = await mkdtemp(join(root, 'test/dist/blocks-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('is of the right types', async () => {
    await writeFile(join(folder, 'reader.d.ts'), leftToTheReader);
    const { compilerOptions, files } = {
      compilerOptions: {
        rootDir: '.',
        allowImportingTsExtensions: true,
        noUnusedLocals: false,
        noUnusedParameters: false,
      },
      files: ['reader.d.ts'],
    };
    for (const page of await pages()) {
      const home = page.replace(/\W/g, '-');
      await mkdir(join(folder, home));
      for (const { text, line } of await blocksIn(page, 'ts')) {
        // A block that says which file it is can be imported by the page's other blocks.
        const name = /^\/\/ ([\w.-]+\.ts)\n/.exec(text)?.[1] ?? `line-${line}.ts`;
        expect(files, `two blocks of ${page}`).to.not.include(`${home}/${name}`);
        files.push(`${home}/${name}`);
        // Kept at its line, so that an error's place is the page's.
        await writeFile(join(folder, home, name), `${'\n'.repeat(line - 1)}${text}\nexport {};\n`);
      }
    }
    const base = relative(folder, join(root, 'tsconfig.examples.json'));
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: base, compilerOptions, files, include: [] }),
    );
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { cwd: folder, encoding: 'utf8' });
    expect(status, stdout).to.equal(0);
    expect(files.length).to.be.greaterThan(15);
  }).timeout(120_000);
});
