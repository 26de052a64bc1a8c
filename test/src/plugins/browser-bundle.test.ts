import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { expect } from 'chai';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A plugin of everything that needs no files: what its author would try in a page. */
const plugin = `
  import { definePlugin, elements, flag, ForgeError, isForgeError, RandomStream, tensor } from '@forge-ml/core/plugin';
  import * as door from '@forge-ml/core/plugin';
  const made = definePlugin({ flags: { threads: flag.integer(2, 'Threads.') }, backends: { page: () => { throw new ForgeError('ENGINE_UNUSABLE', 'None.'); } } });
  const drawn = RandomStream.of(7, 'page').float();
  const array = tensor(new Float32Array([1, 2, drawn]), [3]);
  globalThis.found = { names: Object.keys(door).length, values: [...elements(array)].length, drawn, made: typeof made };
`;

describe('a plugin bundled for a browser', () => {
  it('needs nothing of Node, and runs without its globals', async () => {
    const { outputFiles, warnings } = await build({
      stdin: { contents: plugin, resolveDir: root, sourcefile: 'plugin.js' },
      bundle: true,
      // An import of node:fs would end the build.
      platform: 'browser',
      format: 'iife',
      write: false,
      logLevel: 'silent',
    });
    expect(warnings).to.deep.equal([]);
    const page: Record<string, unknown> = { TextEncoder, TextDecoder };
    page.globalThis = page;
    runInContext(outputFiles[0]!.text, createContext(page));
    expect(page.found).to.deep.include({ values: 3, made: 'object' });
    expect((page.found as { drawn: number }).drawn).to.be.within(0, 1);
    expect((page.found as { names: number }).names).to.be.greaterThan(20);
  });
});
