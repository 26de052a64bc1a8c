import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';

describe('importing the library', () => {
  it('does not load the bundler or the compiler, which reading runs does not need', async () => {
    const code = `await import(${JSON.stringify(new URL('./index.js', import.meta.url).href)});
      const { createRequire } = await import('node:module');
      console.log(JSON.stringify(Object.keys(createRequire(process.cwd() + '/x.js').cache)));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code]);
    const loaded = JSON.parse(stdout) as string[];
    expect(loaded.filter((path) => path.includes('tsyringe'))).not.to.deep.equal([]);
    expect(loaded.filter((path) => /[\\/]node_modules[\\/](jiti|esbuild)[\\/]/.test(path))).to.deep.equal([]);
  });
});
