import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { messageOf } from '../../errors/forge-error.js';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeFiles } from '../../testing/toy-project.js';
import { createModuleLoader } from './module-loader.js';

describe('createModuleLoader', () => {
  const folder = useTemporaryFolder();

  /** Writes files and imports one of them. */
  async function load(
    files: Record<string, string>,
    modules: Record<string, unknown> = {},
    first = Object.keys(files)[0]!,
  ) {
    await writeFiles(folder(), files);
    const loader = await createModuleLoader({ modules });
    return loader.import(join(folder(), first));
  }

  it('evaluates the same code again for a loader that is like another, without its files', async () => {
    await writeFiles(folder(), {
      'a.ts':
        "import sizes from './sizes.json'; import { count } from './count.ts'; export default () => [count(), sizes];",
      'count.ts': 'let calls: number = 0; export const count = () => ++calls;',
      'sizes.json': '{ "inputs": 2 }',
    });
    const path = join(folder(), 'a.ts');
    const first = await createModuleLoader({ modules: {} });
    const one = (await first.import(path)).default as () => [number, { inputs: number }];
    one()[1].inputs = 5;
    for (const name of ['a.ts', 'count.ts', 'sizes.json']) await rm(join(folder(), name));
    const second = await createModuleLoader({ modules: {}, like: first });
    const other = (await second.import(path)).default as typeof one;
    expect([one(), other()]).to.deep.equal([
      [2, { inputs: 5 }],
      [1, { inputs: 2 }],
    ]);
    expect(second.shared().checksums).to.have.lengthOf(3);
  });

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

  it('resolves imports by the paths of the tsconfig nearest to each file, which may have comments', async () => {
    const tsconfig = (to: string) => `{ /* why */ "compilerOptions": { "paths": { "@lib/*": ["./${to}/*"] }, }, }`;
    await writeFiles(folder(), {
      'one/tsconfig.json': tsconfig('lib'),
      'one/a.ts': `export { name } from '@lib/name';`,
      'one/lib/name.ts': `export const name = 'one';`,
      'two/tsconfig.json': tsconfig('other'),
      'two/a.ts': `export { name } from '@lib/name'; export { name as other } from '../one/a';`,
      'two/other/name.ts': `export const name = 'two';`,
    });
    const loader = await createModuleLoader({ modules: {} });
    const two = await loader.import(join(folder(), 'two/a.ts'));
    expect([two.name, two.other]).to.deep.equal(['two', 'one']);
    expect((await loader.import(join(folder(), 'one/a.ts'))).name).to.equal('one');
  });

  it('distinguishes files of the same name in different folders', async () => {
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

  it('reads files again for a new loader', async () => {
    const files = (value: number) => ({ 'a.ts': `export { b } from './b.ts';`, 'b.ts': `export const b = ${value};` });
    expect((await load(files(1))).b).to.equal(1);
    expect((await load(files(2))).b).to.equal(2);
  });

  it('resolves bare imports to provided modules, without node_modules', async () => {
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

  it('resolves provided modules in every kind of module', async () => {
    const engine = { made: {} };
    const module = await load(
      {
        'package.json': '{ "type": "module" }',
        'a.js': `import { made } from 'some-engine'; import b from './b.mjs'; import c from './c.cjs';
          export const found = [made, b, c.made];`,
        'b.mjs': `import { made } from 'some-engine'; export default made;`,
        'c.cjs': `exports.made = require('some-engine').made;`,
        'start.ts': `export { found } from './a.js';`,
      },
      { 'some-engine': engine },
      'start.ts',
    );
    for (const found of module.found as unknown[]) expect(found).to.equal(engine.made);
  });

  it('resolves another entry point of Forge to the running copy', async () => {
    const { flags } = await load({ 'a.ts': `import * as flags from '@forge-ml/core/flags'; export { flags };` });
    expect((flags as { flag: unknown }).flag).to.equal((await import('@forge-ml/core/flags')).flag);
  });

  it('provides partial exports in an import cycle, also with top-level await', async () => {
    const module = await load({
      'a.ts': `import { b, fromA } from './b.ts'; await 1; export const a = 'a'; export const found = [b, fromA()];`,
      'b.ts': `import * as others from './a.ts'; import { c } from './c.ts'; export const b = 'b' + c;
        export const fromA = () => others.a;`,
      'c.ts': `await import('./a.ts'); export const c = 'c';`,
    });
    expect(module.found).to.deep.equal(['bc', 'a']);
    const common = await load({
      'd.cjs': `exports.early = 1; exports.seen = require('./e.cjs').seen; exports.late = 2;`,
      'e.cjs': `const d = require('./d.cjs'); exports.seen = { ...d };`,
    });
    expect(common.seen).to.deep.equal({ early: 1 });
  });

  it('refuses to require a module that is still being imported', async () => {
    const module = await load({
      'a.ts': `export const results = await Promise.allSettled([import('./slow.ts'), import('./b.cjs')]);`,
      'slow.ts': `await new Promise((resolve) => setTimeout(resolve, 5)); export const late = 1;`,
      'b.cjs': `module.exports = require('./slow.ts');`,
    });
    const [slow, b] = module.results as [PromiseFulfilledResult<{ late: number }>, PromiseRejectedResult];
    expect(slow.value.late).to.equal(1);
    expect(messageOf(b.reason)).to.match(/b\.cjs requires .*slow\.ts while it is being imported/);
  });

  it('evaluates a failing module once, and reports its error to every importer', async () => {
    let times = 0;
    const counter = { count: () => void times++ };
    const { results } = await load(
      {
        'a.ts': `export const results = [];
          for (const name of ['b', 'b', 'c', 'c']) {
            await import('./' + name + '.ts').catch(({ message }) => results.push(message));
          }`,
        'b.ts': `import { count } from 'counter'; count(); throw new Error('b fails');`,
        'c.ts': `import './b.ts';`,
      },
      { counter },
    );
    expect(results).to.deep.equal(Array(4).fill('b fails'));
    expect(times).to.equal(1);
  });

  it('runs CommonJS in sloppy mode', async () => {
    const { found } = await load({
      'a.cjs': `#!/usr/bin/env node\nexports.found = [(function () { return this; })() === globalThis, this === exports];`,
    });
    expect(found).to.deep.equal([true, true]);
  });

  it('resolves a bare import to the file of its alias', async () => {
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

  it('reports a syntax error with its file and line', async () => {
    const places: Record<string, string>[] = [
      { 'entry.ts': `import './a.cjs';`, 'a.cjs': 'exports.a = 1;\nexports. = 2;\n' },
      { 'a.ts': 'export const a = 1;\nexport const = 2;\n' },
      { 'entry.ts': `import './a.ts';`, 'a.ts': 'export const a = 1;\nexport const = 2;\n' },
    ];
    for (const files of places) {
      const error = await failureOf(() => load(files));
      expect(error.code).to.equal('CONFIG_FAILED');
      expect(error.message)
        .to.match(/^Syntax error in .*a\.c?[jt]s:2:\d+: /)
        .and.not.include('\n');
    }
  });

  it('names a missing package, and how to install it', async () => {
    const error = await failureOf(() => load({ 'a.ts': `import '@scope/no-such-package/deep';` }));
    expect(error.code).to.equal('CONFIG_FAILED');
    expect(error.message).to.include('@scope/no-such-package/deep');
    expect(error.hint).to.equal('npm install @scope/no-such-package');
  });

  it('names a missing file', async () => {
    const error = await failureOf(() => load({ 'a.ts': `import './no-such-file.ts';` }));
    expect(error.code).to.equal('CONFIG_FAILED');
    expect(error.message).to.include('no-such-file.ts');
    expect(error.hint).to.equal('Check the path of the import.');
  });

  it('names an invalid JSON file', async () => {
    const error = await failureOf(() => load({ 'a.ts': `import './a.json';`, 'a.json': '{ "a": }' }));
    expect(error.code).to.equal('CONFIG_FAILED');
    expect(error.message).to.match(/a\.json: \S/);
  });

  it('reports what a module throws while loading, in one line, and keeps the cause', async () => {
    const error = await failureOf(() => load({ 'a.ts': `throw new Error('no glue\\nat all');` }));
    expect(error.message).to.match(/a\.ts failed to load: no glue$/);
    expect(messageOf(error.cause)).to.equal('no glue\nat all');
  });
});
