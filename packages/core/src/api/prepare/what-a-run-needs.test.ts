import { mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { codePlace } from '../../code/code-place.js';
import { readCodeManifest } from '../../code/stored-code.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { installToyPlugin, writeFiles, writeToyProject } from '../../testing/toy-project.js';
import { bothConfigs, forgeIn } from '../toy-run.test.support.js';

/** A way in which code depends on something beside it. */
interface Dependence {
  readonly on: string;
  readonly files: Readonly<Record<string, string>>;
  readonly links?: Readonly<Record<string, string>>;
  /** Top of the model config; it gives `value`. */
  readonly code: string;
  readonly listed?: readonly string[];
  /** What the run names as missing; without it, the run must load once the project is gone. */
  readonly missing?: string;
}

const paths = '{ "compilerOptions": { "paths": { "@lib/*": ["./*"] } } }';

const dependences: readonly Dependence[] = [
  {
    on: 'a tsconfig base of a package, for nothing',
    files: {
      'tsconfig.json': '{ "extends": "@tsconfig/node20/tsconfig.json" }',
      'node_modules/@tsconfig/node20/package.json': '{ "name": "@tsconfig/node20", "version": "1.0.0" }',
      'node_modules/@tsconfig/node20/tsconfig.json': '{}',
    },
    code: 'const value = 7;',
  },
  {
    on: 'paths of a tsconfig base of a package, found by the name of the package, with a base of its own',
    files: {
      'tsconfig.json': '{ /* "extends": "nothing", */ "extends": ["base-config", "./local"] }',
      'local.json': '{}',
      'node_modules/base-config/package.json': '{ "name": "base-config", "version": "1.0.0", "tsconfig": "main.json" }',
      'node_modules/base-config/main.json': '{ "extends": "./paths.json" }',
      'node_modules/base-config/paths.json': paths.replace('./*', '../../lib/*'),
      'lib/seven.ts': 'export const value = 7;',
    },
    code: "import { value } from '@lib/seven';",
  },
  {
    on: 'a tsconfig base of a package that is not installed',
    files: { 'tsconfig.json': '{ "extends": "@tsconfig/node99/tsconfig.json" }' },
    code: 'const value = 7;',
    missing: '@tsconfig/node99/tsconfig.json',
  },
  {
    on: "its package's own name",
    files: {
      'lib/seven.ts': "export { value } from 'toy-project/deeper';",
      'lib/deeper.ts': 'export const value = 7;',
    },
    code: "import { value } from 'toy-project/seven';",
  },
  {
    on: "its package's #imports",
    files: { 'lib/seven.ts': 'export const value = 7;' },
    code: "import { value } from '#lib/seven';",
  },
  { on: 'JSON', files: { 'seven.json': '{ "value": 7 }' }, code: "import { value } from './seven.json';" },
  {
    on: 'a folder behind a link',
    files: { 'real/seven.ts': "export { value } from './eight.ts';", 'real/eight.ts': 'export const value = 7;' },
    links: { linked: 'real' },
    code: "import { value } from './linked/seven.ts';",
  },
  {
    on: 'a file that is listed',
    files: { 'seven.txt': '7' },
    code: `import { readFileSync } from 'node:fs';
      const value = Number(readFileSync(new URL('./seven.txt', import.meta.url), 'utf8'));`,
    listed: ['./seven.txt'],
  },
  {
    on: 'a file that a listed one refers to',
    files: { 'model.bin': 'weights.bin', 'weights.bin': '7' },
    code: `import { readFileSync } from 'node:fs';
      import { noteFileRead } from '@forge-ml/core/node';
      let value;
      const before = () => {
        const [model, weights] = ['model.bin', 'weights.bin'].map((name) => new URL('./' + name, import.meta.url));
        noteFileRead(model, 'a reader');
        noteFileRead(weights, 'a reader', model);
        value = Number(readFileSync(weights, 'utf8'));
      };`,
    listed: ['./model.bin'],
  },
  {
    on: 'a file that is named by its URL and not listed',
    files: { 'kernel.wasm': '7' },
    code: `import { readFileSync } from 'node:fs';
      const value = Number(readFileSync(new URL('./kernel.wasm', import.meta.url), 'utf8'));`,
    missing: 'kernel.wasm',
  },
  {
    on: 'tensors of another run',
    files: {},
    code: `import { readTensorFile, writeTensorFile, tensor } from '@forge-ml/core';
      const value = 7;
      const before = async () => {
        await writeTensorFile('DIR/other.safetensors', new Map([['a', tensor(new Float32Array([1]), [1])]]));
        await readTensorFile('DIR/other.safetensors');
      };`,
    missing: 'other.safetensors',
  },
  {
    on: 'a package of the same workspace',
    files: {
      'packages/ours/package.json': '{ "name": "ours", "version": "1.0.0", "main": "a.js" }',
      'packages/ours/a.js': 'exports.value = 7;',
    },
    links: { 'node_modules/ours': '../packages/ours' },
    code: "import { value } from 'ours';",
    missing: 'ours',
  },
  {
    on: 'a package that was installed from a file',
    files: {
      'node_modules/.package-lock.json':
        '{ "packages": { "node_modules/@a/packed": { "resolved": "file:packed.tgz" } } }',
      'node_modules/@a/packed/package.json': '{ "name": "@a/packed", "version": "1.0.0", "main": "a.js" }',
      'node_modules/@a/packed/a.js': 'exports.value = 7;',
    },
    code: "import { value } from '@a/packed';",
    missing: '@a/packed',
  },
  {
    on: 'a package without a version',
    files: { 'node_modules/bare/index.js': 'exports.value = 7;' },
    code: "import { value } from 'bare';",
    missing: 'bare',
  },
];

const packageJson = JSON.stringify({
  name: 'toy-project',
  dependencies: { 'toy-plugin': '1.0.0' },
  exports: { './*': './lib/*.ts' },
  imports: { '#lib/*': './lib/*.ts' },
});

describe('what a run needs', () => {
  const folder = useTemporaryFolder();

  for (const { on, files, links = {}, code, listed = [], missing } of dependences) {
    it(`${missing === undefined ? 'is stored' : 'is named'}: ${on}`, async () => {
      const project = join(folder(), 'project');
      const before = code.includes('before =') ? 'await before();' : '';
      await writeToyProject(project, {
        'package.json': packageJson,
        'model.ts': `${code.replaceAll('DIR', project)}
          export default {
            flags: {}, files: ${JSON.stringify(listed)},
            async load() {
              ${before}
              return { kind: 'toy', inputs: 'x', targets: 'y', learningRate: 0.1, artefacts: { value } };
            },
          };`,
        ...files,
      });
      for (const [link, target] of Object.entries(links)) await symlink(target, join(project, link));
      const { forge, warnings } = forgeIn(project, [...bothConfigs, '--steps', '1', '--results-dir', '../results']);
      const { run } = await forge.train(await forge.config());
      const named = (await readCodeManifest(run, codePlace(null))).missing.map(({ name }) => name);
      expect(named).to.deep.equal(missing === undefined ? [] : [missing]);
      const missingLines = warnings.filter((line) => line.includes('does not store'));
      expect(missingLines).to.have.length(missing === undefined ? 0 : 1);
      if (missing !== undefined) return expect(missingLines[0]).to.include(missing);

      await rm(project, { recursive: true });
      const elsewhere = join(folder(), 'elsewhere');
      await mkdir(elsewhere);
      await writeFiles(elsewhere, { 'package.json': '{ "dependencies": { "toy-plugin": "*" } }' });
      await installToyPlugin(elsewhere);
      const { session } = await forgeIn(elsewhere).forge.loadFromCheckpoint(run);
      expect(session.artefacts.value).to.equal(7);
    });
  }
});
