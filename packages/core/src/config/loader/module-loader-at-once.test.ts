import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeFiles } from '../../testing/toy-project.js';
import { createModuleLoader } from './module-loader.js';

/** Two configs that share modules of every kind. Each module reports its evaluation to the loader, then waits. */
const run = {
  'data.ts': `import { evaluated, wait } from 'the-test';
    import { shared } from './shared.ts';
    evaluated('data');
    await wait('data');
    export const lazy = async () => (await import('./lazy.mjs')).shared;
    export { shared };`,
  'model.ts': `import { evaluated, wait } from 'the-test';
    import common from './common.cjs';
    import esm from './esm.mjs';
    import { shared } from './shared.js';
    evaluated('model');
    const [one, two] = await Promise.all([import('./one.ts'), import('./two.ts')]);
    export const found = [shared, one.shared, two.shared, esm, common.twice()];
    export const sizes = [common.sizes, common.sizesAgain, one.sizes];
    export const all = common;`,
  'one.ts': `import { wait } from 'the-test'; import { shared } from './shared'; import sizes from './sizes.json';
    await wait('one'); export { shared, sizes };`,
  'two.ts': `import { wait } from 'the-test'; await wait('two'); export { shared } from './shared.ts';`,
  'shared.ts': `import { evaluated, wait } from 'the-test';
    evaluated('shared');
    await wait('shared');
    export const shared = { big: new Float64Array(20_000) };`,
  'esm.mjs': `import { evaluated } from 'the-test'; import { shared } from './shared.ts'; evaluated('esm');
    export default shared;`,
  'lazy.mjs': `import { evaluated, wait } from 'the-test'; evaluated('lazy'); await wait('lazy');
    export { shared } from './shared.ts';`,
  'common.cjs': `const { evaluated } = require('the-test');
    evaluated('common');
    exports.sizes = require('./sizes.json');
    exports.sizesAgain = require('./sizes.json');
    exports.other = require('./other.cjs');
    exports.twice = () => exports.other.shared();
    exports.self = () => exports.other.common;`,
  'other.cjs': `require('the-test').evaluated('other');
    exports.common = require('./common.cjs');
    exports.shared = () => require('./shared.ts').shared;`,
  'sizes.json': '{ "inputs": 4 }',
};
const once = ['common', 'data', 'esm', 'lazy', 'model', 'other', 'shared'];

interface Found {
  readonly shared: object;
  readonly sizes: object;
  readonly common: object;
}

/** Loads a run and checks that this loader evaluated each module once, and that all imports share the instance. */
async function loadRun(folder: string, ms: (module: string) => number): Promise<Found> {
  const evaluations: string[] = [];
  const theTest = {
    evaluated: (name: string) => void evaluations.push(name),
    wait: (module: string) => (ms(module) === 0 ? undefined : delay(ms(module))),
  };
  const loader = await createModuleLoader({ modules: { 'the-test': theTest } });
  const [data, model] = await Promise.all([
    loader.import(join(folder, 'data.ts')),
    loader.import(join(folder, 'model.ts')),
  ]);
  const lazy = await Promise.all([(data.lazy as () => unknown)(), (data.lazy as () => unknown)()]);
  const shared = data.shared as object;
  for (const found of [...(model.found as unknown[]), ...lazy]) expect(found).to.equal(shared);
  const sizes = model.sizes as object[];
  for (const found of sizes) expect(found).to.equal(sizes[0]);
  const common = model.all as { self(): object };
  expect(common.self()).to.equal(common);
  expect(evaluations.sort()).to.deep.equal(once);
  return { shared, sizes: sizes[0]!, common };
}

function allDiffer(found: readonly Found[]): void {
  for (const key of ['shared', 'sizes', 'common'] as const) {
    expect(new Set(found.map((each) => each[key]))).to.have.lengthOf(found.length);
  }
}

describe('module loaders of one process', () => {
  const folder = useTemporaryFolder();

  it('have separate modules, with any timing of their awaits', async () => {
    await writeFiles(folder(), run);
    const waits = fc.record(
      Object.fromEntries(
        ['data', 'one', 'two', 'shared', 'lazy'].map((name) => [name, fc.integer({ min: 0, max: 200 })]),
      ),
    );
    const property = fc.asyncProperty(
      waits,
      waits,
      fc.integer({ min: 0, max: 200 }),
      async (first, second, between) => {
        const later = delay(between).then(() => loadRun(folder(), (module) => second[module] ?? 0));
        allDiffer(await Promise.all([loadRun(folder(), (module) => first[module] ?? 0), later]));
      },
    );
    await fc.assert(property, { numRuns: 10, seed: 1 });
  });

  for (const ms of [0, 1, 40, 80, 120, 180, 200]) {
    it(`each evaluate a module that awaits ${ms} ms once, if the second starts meanwhile`, async () => {
      await writeFiles(folder(), run);
      const wait = () => ms;
      const second = delay(ms / 2).then(() => loadRun(folder(), wait));
      allDiffer([await loadRun(folder(), wait), await second]);
    });
  }

  it('load four runs two hundred times concurrently', async () => {
    const names = ['a', 'b', 'c', 'd'];
    for (const name of names) await writeFiles(join(folder(), name), run);
    const loads = Array.from({ length: 200 }, (_, index) =>
      loadRun(join(folder(), names[index % 4]!), (module) => (index * 7 + module.length * 13) % 50),
    );
    allDiffer(await Promise.all(loads));
  });

  it('neither add to nor remove from the module cache of Node', async () => {
    await writeFiles(folder(), run);
    const { cache } = createRequire(import.meta.url);
    const before = Object.keys(cache);
    await loadRun(folder(), () => 0);
    expect(Object.keys(cache).filter((path) => path.startsWith(folder()))).to.deep.equal([]);
    expect(before.filter((path) => cache[path] === undefined)).to.deep.equal([]);
  });

  it('share packages, whichever of them loads one first', async () => {
    const count = `globalThis.forgeTestPackages = (globalThis.forgeTestPackages ?? 0) + 1;`;
    await writeFiles(folder(), {
      'a.ts': `import { made } from 'pkg'; import common from 'common-pkg'; import lines from 'lines-pkg';
        export { common, lines, made };`,
      'node_modules/pkg/package.json': '{ "name": "pkg", "type": "module", "exports": "./index.js" }',
      'node_modules/pkg/index.js': `${count} await 1; export const made = {};`,
      'node_modules/common-pkg/index.js': `${count} module.exports = {};`,
      'node_modules/lines-pkg/index.mjs': `${count} export default {};`,
      'node_modules/lines-pkg/package.json': '{ "name": "lines-pkg", "main": "./index.mjs" }',
    });
    const load = async () => (await createModuleLoader({ modules: {} })).import(join(folder(), 'a.ts'));
    const [one, two] = await Promise.all([load(), load()]);
    for (const name of ['made', 'common', 'lines']) expect(one![name]).to.be.an('object').and.equal(two![name]);
    expect((globalThis as { forgeTestPackages?: number }).forgeTestPackages).to.equal(3);
  });

  it('release the memory of their modules', async function () {
    this.timeout(120_000);
    await writeFiles(folder(), run);
    const rounds = `
      import { createModuleLoader } from ${JSON.stringify(new URL('./module-loader.js', import.meta.url).href)};
      const theTest = { evaluated() {}, wait: () => new Promise((resolve) => setTimeout(resolve, 1)) };
      const load = async () => {
        const loader = await createModuleLoader({ modules: { 'the-test': theTest } });
        const [data] = await Promise.all(['data.ts', 'model.ts'].map((file) => loader.import(${JSON.stringify(`${folder()}/`)} + file)));
        await data.lazy();
      };
      const used = [];
      for (let round = 0; round < 10; round++) {
        await Promise.all(Array.from({ length: 20 }, load));
        // On a busy machine some is released later: the lowest of a few measurements is what is held.
        let lowest = Infinity;
        for (let time = 0; time < 5; time++) {
          await new Promise((resolve) => setTimeout(resolve, 20));
          gc();
          const { heapUsed, arrayBuffers } = process.memoryUsage();
          lowest = Math.min(lowest, heapUsed + arrayBuffers);
        }
        used.push(lowest);
      }
      console.log(JSON.stringify(used));`;
    const argv = ['--expose-gc', '--input-type=module', '-e', rounds];
    const { stdout } = await promisify(execFile)(process.execPath, argv);
    const used = JSON.parse(stdout) as number[];
    // The modules of one round hold 3 MB: a leak of seven rounds would be 22 MB.
    expect(used.at(-1)! - used[2]!, stdout).to.be.below(2e6);
  });
});
