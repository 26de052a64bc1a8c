import { join } from 'node:path';
import { expect } from 'chai';
import { messageOf } from '../errors/forge-error.js';
import { failureOf, useTemporaryFolder } from '../testing/temporary-folder.test.support.js';
import { writeFiles } from '../testing/toy-project.js';
import { createModuleLoader } from './module-loader.js';

describe('createModuleLoader', () => {
  const folder = useTemporaryFolder();

  /** Writes files and imports the first of them. */
  async function load(files: Record<string, string>, modules: Record<string, unknown> = {}) {
    await writeFiles(folder(), files);
    const loader = await createModuleLoader({ modules });
    return loader.import(join(folder(), Object.keys(files)[0]!));
  }

  it('loads TypeScript with enums, top-level await, JSON and CommonJS', async () => {
    const module = await load({
      'a.ts': `import sizes from './sizes.json';
        import { createRequire } from 'node:module';
        import common from './common.cjs';
        import { later } from './later.mts';
        enum Colour { Red = 'red', Blue = 'blue' }
        const waited: number = await Promise.resolve(3);
        export const all = [Colour.Blue, waited, sizes.inputs, common.three, later, typeof createRequire];`,
      'sizes.json': '{ "inputs": 4 }',
      'common.cjs': 'module.exports = { three: require("./sizes.json").inputs - 1 };',
      'later.mts': 'export const later = await new Promise<string>((resolve) => setTimeout(() => resolve("late"), 1));',
    });
    expect(module.all).to.deep.equal(['blue', 3, 4, 3, 'late', 'function']);
  });

  it('finds modules by the paths of the nearest tsconfig, comments and all, each file by its own', async () => {
    const tsconfig = (to: string) => `{ /* why */ "compilerOptions": { "paths": { "@lib/*": ["./${to}/*"] }, }, }`;
    await writeFiles(folder(), {
      'one/tsconfig.json': tsconfig('lib'),
      'one/a.ts': `export { name } from '@lib/name';`,
      'one/lib/name.ts': `export const name = 'one';`,
      'two/tsconfig.json': tsconfig('other'),
      'two/a.ts': `export { name } from '@lib/name';`,
      'two/other/name.ts': `export const name = 'two';`,
    });
    const loader = await createModuleLoader({ modules: {} });
    for (const name of ['one', 'two']) {
      expect((await loader.import(join(folder(), name, 'a.ts'))).name).to.equal(name);
    }
  });

  it('keeps two files of one name in different folders apart', async () => {
    await writeFiles(folder(), {
      'a/model.ts': `import { size } from './size.ts'; export const found = ['a', size];`,
      'a/size.ts': 'export const size = 1;',
      'b/model.ts': `import { size } from './size.ts'; export const found = ['b', size];`,
      'b/size.ts': 'export const size = 2;',
    });
    const loader = await createModuleLoader({ modules: {} });
    expect((await loader.import(join(folder(), 'a/model.ts'))).found).to.deep.equal(['a', 1]);
    expect((await loader.import(join(folder(), 'b/model.ts'))).found).to.deep.equal(['b', 2]);
  });

  it('shares one instance of a module that both configs import', async () => {
    await writeFiles(folder(), {
      'data.ts': `import { shared } from './shared.ts'; export { shared };`,
      'model.ts': `import { shared } from './shared.js'; export { shared };`,
      'shared.ts': 'export const shared = { made: Math.random() };',
    });
    const loader = await createModuleLoader({ modules: {} });
    const data = await loader.import(join(folder(), 'data.ts'));
    const model = await loader.import(join(folder(), 'model.ts'));
    expect(model.shared).to.equal(data.shared);
  });

  it('reads files anew for a new loader', async () => {
    const files = (value: number) => ({ 'a.ts': `export { b } from './b.ts';`, 'b.ts': `export const b = ${value};` });
    expect((await load(files(1))).b).to.equal(1);
    expect((await load(files(2))).b).to.equal(2);
  });

  it('gives bare imports the modules that run already, with no node_modules anywhere', async () => {
    const engine = { name: 'engine', make: () => ({}) };
    const module = await load(
      {
        'a.ts': `import * as engine from 'some-engine'; import { make } from 'some-engine'; import { flag } from '@forge-ml/core';
          export const found = [engine.name, make, flag];
          export const later = () => import('./b.ts');`,
        'b.ts': `import { make } from 'some-engine'; export { make };`,
      },
      { 'some-engine': engine },
    );
    const { flag } = await import('@forge-ml/core');
    expect(module.found).to.deep.equal(['engine', engine.make, flag]);
    expect((await (module.later as () => Promise<{ make: unknown }>)()).make).to.equal(engine.make);
    const other = { name: 'other engine', make: () => ({}) };
    const again = await (await createModuleLoader({ modules: { 'some-engine': other } })).import(
      join(folder(), 'a.ts'),
    );
    expect((again.found as unknown[])[0]).to.equal('other engine');
  });

  it('resolves a bare import to the file an alias names', async () => {
    await writeFiles(folder(), { 'a.ts': `export { x } from 'pkg';`, 'elsewhere/pkg.js': 'export const x = 5;' });
    const aliases = { pkg: join(folder(), 'elsewhere/pkg.js') };
    const loader = await createModuleLoader({ modules: {}, aliases });
    expect((await loader.import(join(folder(), 'a.ts'))).x).to.equal(5);
  });

  it('shows stack traces at the lines of the source', async () => {
    const module = await load({
      'a.ts': `interface Ignored {\n  a: number;\n}\n\nexport function fail(_: Ignored | null): never {\n  throw new Error('here');\n}\n`,
    });
    try {
      (module.fail as () => void)();
      expect.fail('it did not throw');
    } catch (error) {
      expect((error as Error).stack).to.match(/a\.ts:6:/);
    }
  });

  it('tells a syntax error with its file and line', async () => {
    const places: Record<string, string>[] = [
      { 'a.ts': 'export const a = 1;\nexport const = 2;\n' },
      { 'entry.ts': `import './a.ts';`, 'a.ts': 'export const a = 1;\nexport const = 2;\n' },
    ];
    for (const files of places) {
      const error = await failureOf(() => load(files));
      expect(error.code).to.equal('CONFIG_FAILED');
      expect(error.message)
        .to.match(/^Syntax error in .*a\.ts:2:\d+: /)
        .and.not.include('\n');
    }
  });

  it('says which package is missing, and how to install it', async () => {
    const error = await failureOf(() => load({ 'a.ts': `import '@scope/no-such-package/deep';` }));
    expect(error.code).to.equal('CONFIG_FAILED');
    expect(error.message).to.include('@scope/no-such-package/deep');
    expect(error.hint).to.equal('npm install @scope/no-such-package');
  });

  it('says which file is missing', async () => {
    const error = await failureOf(() => load({ 'a.ts': `import './no-such-file.ts';` }));
    expect(error.code).to.equal('CONFIG_FAILED');
    expect(error.message).to.include('no-such-file.ts');
    expect(error.hint).to.equal('Check the path of the import.');
  });

  it('says what a module throws as it is loaded, in one line, and keeps the cause', async () => {
    const error = await failureOf(() => load({ 'a.ts': `throw new Error('no glue\\nat all');` }));
    expect(error.message).to.match(/a\.ts failed while it was loaded: no glue$/);
    expect(messageOf(error.cause)).to.equal('no glue\nat all');
  });
});
