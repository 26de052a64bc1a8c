import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect } from 'chai';
import { blocksIn, root } from './pages.js';

/** Functions that a block uses and the reader writes. */
const readerFunctions = `
declare function readDigits(): Promise<{ images: import('@forge-ml/core').TensorData; labels: Int32Array }>;
`;

async function pages(): Promise<string[]> {
  const docs = (await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md'));
  return ['README.md', ...docs.map((name) => `docs/${name}`)];
}

describe('the TypeScript in README.md and docs/', () => {
  let folder: string;
  before(async () => {
    // In the repository, so that packages are found as from a project's own files.
    await mkdir(join(root, 'test/dist'), { recursive: true });
    folder = await mkdtemp(join(root, 'test/dist/blocks-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('has no type errors', async () => {
    await writeFile(join(folder, 'reader.d.ts'), readerFunctions);
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
      await mkdir(join(folder, home), { recursive: true });
      for (const { text, line } of await blocksIn(page, 'ts')) {
        // The page's other blocks can import a block with a file name.
        const name = /^\/\/ ([\w.-]+\.ts)\n/.exec(text)?.[1] ?? `line-${line}.ts`;
        expect(files, `two blocks of ${page}`).to.not.include(`${home}/${name}`);
        files.push(`${home}/${name}`);
        // At its line of the page, so that errors name that line.
        await writeFile(join(folder, home, name), `${'\n'.repeat(line - 1)}${text}\nexport {};\n`);
      }
    }
    const base = relative(folder, join(root, 'tsconfig.examples.json'));
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: base, compilerOptions, files, include: [] }),
    );
    const tsc = join(root, 'node_modules/@typescript/native/bin/tsc');
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { cwd: folder, encoding: 'utf8' });
    expect(status, stdout).to.equal(0);
    expect(files.length).to.be.greaterThan(15);
  }).timeout(120_000);
});
