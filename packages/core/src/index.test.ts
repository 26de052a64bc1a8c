import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { useTemporaryFolder } from './testing/temporary-folder.test.support.js';

describe('importing the library', () => {
  const folder = useTemporaryFolder();

  /** The files of core, and of packages, that it loads. */
  async function loaded(): Promise<{ readonly core: string[]; readonly packages: string[] }> {
    const code = `await import(${JSON.stringify(new URL('./index.js', import.meta.url).href)});`;
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], {
      env: { ...process.env, NODE_V8_COVERAGE: folder() },
    });
    const [report] = await readdir(folder());
    const { result } = JSON.parse(await readFile(`${folder()}/${report}`, 'utf8')) as { result: { url: string }[] };
    const urls = result.map(({ url }) => url).filter((url) => url.startsWith('file:'));
    const packages = urls.filter((url) => url.includes('/node_modules/'));
    const root = new URL('.', import.meta.url).href;
    return { core: urls.filter((url) => url.startsWith(root)).map((url) => url.slice(root.length)), packages };
  }

  it('loads neither what a method needs that is not called, nor the bundler or the compiler', async () => {
    const { core, packages } = await loaded();
    expect(core).to.include('api/forge.js');
    const ofMethods =
      /^(api\/(compare|prepare\/prepare|resume|rerun|train)|backend\/border\/checked|run\/(compare|git))/;
    expect(core.filter((path) => ofMethods.test(path))).to.deep.equal([]);
    expect(packages.some((url) => url.includes('/tsyringe/'))).to.equal(true);
    expect(packages.filter((url) => /\/(jiti|esbuild|fast-png)\//.test(url))).to.deep.equal([]);
  });
});
