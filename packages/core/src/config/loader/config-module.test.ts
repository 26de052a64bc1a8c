import { join } from 'node:path';
import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeFiles } from '../../testing/toy-project.js';
import { readConfigModule } from './config-module.js';
import { createModuleLoader } from './module-loader.js';

describe('readConfigModule', () => {
  const folder = useTemporaryFolder();

  async function read(source: string) {
    await writeFiles(folder(), { 'config.ts': source });
    return readConfigModule(await createModuleLoader({ modules: {} }), join(folder(), 'config.ts'));
  }

  it('accepts a default export made with defineConfig', async () => {
    const config = await read(`import { defineConfig, flag } from '@forge-ml/core';
      export default defineConfig({
        flags: { size: flag.integer(3, 'Size.') },
        files: ['./weights.bin'],
        load: ({ size }, ...rest) => [size, ...rest],
      });`);
    expect(config.flags.size).to.include({ kind: 'integer', default: 3 });
    expect(config.files).to.deep.equal(['./weights.bin']);
    expect(await config.load({ size: 5 }, 'a', 'b')).to.deep.equal([5, 'a', 'b']);
  });

  it('accepts a plain module with load, with or without flags, asynchronous or not', async () => {
    const config = await read(`import { flag } from '@forge-ml/core';
      export const flags = { size: flag.integer(3, 'Size.') };
      export async function load({ size }: { size: number }, more: number) { return size + more; }`);
    expect(Object.keys(config.flags)).to.deep.equal(['size']);
    expect(await config.load({ size: 5 }, 2)).to.equal(7);
    expect((await read('export const load = () => 4;')).flags).to.deep.equal({});
  });

  it('may load another config', async () => {
    await writeFiles(folder(), { 'base.ts': 'export const load = ({ size }: { size: number }) => ({ size });' });
    const config = await read(`import * as base from './base.ts';
      export const load = (flags: { size: number }) => ({ ...base.load(flags), more: true });`);
    expect(await config.load({ size: 2 })).to.deep.equal({ size: 2, more: true });
  });

  it('refuses a model config given as the data config', async () => {
    await writeFiles(folder(), {
      'm.ts': "import { defineModel } from '@forge-ml/core'; export default defineModel({ flags: {}, load: () => 1 });",
    });
    const loader = await createModuleLoader({ modules: {} });
    const path = join(folder(), 'm.ts');
    expect((await readConfigModule(loader, path, 'model')).path).to.equal(path);
    const error = await failureOf(() => readConfigModule(loader, path, 'data'));
    expect(error.code).to.equal('CONFIG_INVALID');
    expect(error.message).to.equal(`${path} declares a model config, but was given as --data-config.`);
  });

  it('refuses a module without a load function', async () => {
    for (const source of ['export const x = 1;', 'export default { load: 3 };', 'export default 5;', '']) {
      const error = await failureOf(() => read(source));
      expect(error.code, source).to.equal('CONFIG_INVALID');
      expect(error.message).to.include('config.ts has no load function');
      expect(error.hint).to.include('export function load');
    }
  });

  it('refuses flags that are not made with flag', async () => {
    const error = await failureOf(() => read('export const flags = { size: 3 }; export const load = () => 1;'));
    expect(error.code).to.equal('CONFIG_INVALID');
    expect(error.message).to.include('"size"').and.include('config.ts');
  });

  it('refuses flags without a valid default or with an invalid name', async () => {
    for (const [flags, says] of [
      ["{ size: flag.integer(undefined as never, 'Size.') }", 'has a flag "size" without a default'],
      ["{ size: flag.integer('3' as never, 'Size.', { min: 9 }) }", 'has a flag "size" with an invalid default'],
      ["{ __proto__: flag.integer(3, 'Size.') }", 'has a flag that cannot be called "__proto__"'],
      ["{ '2x': flag.integer(3, 'Size.') }", 'has a flag that cannot be called "2x"'],
      ["{ size: { kind: 'whole', default: 3, nullable: false } }", 'has a flag "size" that is an object'],
      ['5', 'has flags that are a number, not an object'],
    ]) {
      const source = `import { flag } from '@forge-ml/core'; export const flags = ${flags}; export const load = () => 1;`;
      const error = await failureOf(() => read(source));
      expect(error.code, says).to.equal('CONFIG_INVALID');
      expect(error.message).to.include(`config.ts ${says}`);
    }
  });

  it('reports an error of load as a failure of the file, and keeps the cause', async () => {
    const config = await read(`export const load = async () => { throw new Error('no glue'); };`);
    const error = await failureOf(() => config.load({}));
    expect(error.code).to.equal('CONFIG_FAILED');
    expect(error.message).to.include('config.ts failed: no glue');
    expect((error.cause as Error).message).to.equal('no glue');
  });

  it("does not wrap a config's own ForgeError", async () => {
    const config = await read(`import { ForgeError } from '@forge-ml/core';
      export const load = () => { throw new ForgeError('DATA_UNAVAILABLE', 'Offline.'); };`);
    expect((await failureOf(() => config.load({}))).code).to.equal('DATA_UNAVAILABLE');
  });

  it('reports a missing file, and a folder', async () => {
    const loader = await createModuleLoader({ modules: {} });
    const missing = await failureOf(() => readConfigModule(loader, join(folder(), 'nope.ts')));
    expect(missing.code).to.equal('CONFIG_NOT_FOUND');
    expect(missing.message).to.include('nope.ts');
    const directory = await failureOf(() => readConfigModule(loader, folder()));
    expect(directory.code).to.equal('CONFIG_NOT_FOUND');
    expect(directory.message).to.include('is not a file');
  });
});
