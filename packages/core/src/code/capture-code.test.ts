import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { sha256 } from '../fs/checksum.js';
import { failureOf, useTemporaryFolder } from '../testing/temporary-folder.test.support.js';
import { writeFiles } from '../testing/toy-project.js';
import { captureCode } from './capture-code.js';

describe('captureCode', () => {
  const folder = useTemporaryFolder();

  async function capture(contents: Record<string, string>, listed: readonly string[] = [], provided: string[] = []) {
    await writeFiles(folder(), { 'data.ts': 'export const load = () => 1;', ...contents });
    const entry = (path: string, files: readonly string[]) => ({ path: join(folder(), path), files });
    return captureCode({ data: entry('data.ts', []), model: entry('model.ts', listed) }, provided);
  }
  const pathsOf = ({ contents }: Awaited<ReturnType<typeof capture>>) => [...contents.keys()];

  it('captures every imported local file, by any kind of import, and no other', async () => {
    const code = await capture({
      'model.ts': `import { a } from '@lib/a';
        import sizes from './sizes.json';
        import type { T } from './types.ts';
        import fs from 'node:fs';
        import { join } from 'path';
        export const later = () => import('./later.js');
        export const load = (): T => [a, sizes, require('./common.cjs'), fs, join];`,
      'lib/a.ts': `export { b as a } from '../b.mjs';`,
      'b.mjs': 'export const b = 1;',
      'later.ts': `export const x = 1;`,
      'common.cjs': 'module.exports = require("./deep/data.json");',
      'deep/data.json': '{}',
      'sizes.json': '{}',
      'types.ts': 'export type T = unknown[];',
      'unused.ts': 'export {};',
      'tsconfig.json': '{ "extends": "./base.json", "compilerOptions": {} }',
      'base.json': '{ "compilerOptions": { "paths": { "@lib/*": ["./lib/*"] } } }',
      'package.json': '{ "type": "module" }',
    });
    expect(pathsOf(code)).to.deep.equal([
      'b.mjs',
      'base.json',
      'common.cjs',
      'data.ts',
      'deep/data.json',
      'later.ts',
      'lib/a.ts',
      'model.ts',
      'package.json',
      'sizes.json',
      'tsconfig.json',
    ]);
    expect(code.manifest.entries).to.deep.equal({ data: 'data.ts', model: 'model.ts' });
    expect(code.manifest.root).to.equal(folder());
    for (const { path, bytes, checksum } of code.manifest.files) {
      expect([bytes, checksum]).to.deep.equal([code.contents.get(path)!.length, sha256(code.contents.get(path)!)]);
    }
  });

  it('keeps the layout of configs in different folders, below their common folder', async () => {
    const code = await capture({
      'p/q/model.ts': `export { x as load } from '../../shared/x.ts';`,
      'shared/x.ts': 'export const x = () => 1;',
      'model.ts': `export * from './p/q/model.ts';`,
    });
    expect(pathsOf(code)).to.deep.equal(['data.ts', 'model.ts', 'p/q/model.ts', 'shared/x.ts']);
  });

  it('follows an import with a fixed prefix and suffix to every matching file', async () => {
    const code = await capture({
      'model.ts': 'export const load = (name: string) => import("./layers/" + name + ".ts");',
      'layers/a.ts': 'export {};',
      'layers/b.ts': 'export {};',
    });
    expect(pathsOf(code)).to.include.members(['layers/a.ts', 'layers/b.ts']);
  });

  it('captures code that is named by a URL, with its imports, as that of worker threads', async () => {
    const code = await capture({
      'model.ts': `export const load = () => [new URL('./decode.ts', import.meta.url), new URL("./k.wasm", import.meta.url)];`,
      'decode.ts': `import { scale } from './lib/scale.ts';
        export const more = new URL('./lib/more.mjs', import.meta.url);
        export const decode = scale;`,
      'lib/scale.ts': `export * from 'pkg'; export const scale = 1;`,
      'lib/more.mjs': `export const self = new URL('./more.mjs', import.meta.url);`,
      'k.wasm': '',
    });
    expect(pathsOf(code)).to.deep.equal(['data.ts', 'decode.ts', 'lib/more.mjs', 'lib/scale.ts', 'model.ts']);
    expect(code.manifest.packages).to.deep.equal([
      { specifier: 'pkg', name: 'pkg', version: null, importer: 'lib/scale.ts' },
    ]);
    expect(code.manifest.missing).to.deep.equal([{ name: 'k.wasm', reason: 'used in model.ts, not stored' }]);
  });

  it('refuses a computed import by file and line, and explains how to list the files it loads', async () => {
    for (const computed of ['import(name)', 'require(name)']) {
      const error = await failureOf(() =>
        capture({
          'model.ts': `export { load } from './inner.ts';`,
          'inner.ts': `\nexport const load = (name: string) => ${computed};`,
          'layers/a.ts': 'export {};',
        }),
      );
      expect(error.code).to.equal('CODE_UNTRACEABLE');
      expect(error.message).to.match(/inner\.ts:2 is computed/);
      expect(error.hint).to.include('`files: [');
    }
  });

  it('captures the files that a config lists, with their imports', async () => {
    const code = await capture(
      {
        'model.ts': 'export const load = (name: string) => import(name);',
        'layers/a.ts': `import './helper.ts';`,
        'layers/helper.ts': 'export {};',
        'weights.bin': 'weights',
      },
      ['./layers/a.ts', 'weights.bin'],
    );
    expect(pathsOf(code)).to.deep.equal(['data.ts', 'layers/a.ts', 'layers/helper.ts', 'model.ts', 'weights.bin']);
  });

  it('names a listed file that is missing, or is a folder', async () => {
    const contents = { 'model.ts': 'export const load = () => 1;', 'layers/a.ts': 'export {};' };
    for (const listed of ['./nope.bin', './nope.ts', './layers']) {
      const error = await failureOf(() => capture(contents, [listed]));
      expect(error.code, listed).to.equal('CODE_UNTRACEABLE');
      expect(error.message).to.include(listed.slice(2));
    }
  });

  it('names an import that cannot be resolved', async () => {
    const error = await failureOf(() => capture({ 'model.ts': `export const load = () => import('./nope.ts');` }));
    expect(error.code).to.equal('CODE_UNTRACEABLE');
    expect(error.message).to.include('nope.ts').and.include('model.ts:1');
  });

  it('records packages with their versions, except those that core and engine provide', async () => {
    const code = await capture(
      {
        'model.ts': `import 'fs'; import 'path/posix'; import 'pkg/deep.js'; import '@scope/other'; import 'engine'; import 'absent'; export const load = () => 1;`,
        'node_modules/pkg/package.json': '{ "name": "pkg", "version": "1.2.3" }',
        'node_modules/pkg/deep.js': '',
        'node_modules/@scope/other/package.json':
          '{ "name": "@scope/other", "version": "4.5.6", "main": "dist/main.js" }',
        'node_modules/@scope/other/dist/package.json': '{ "type": "commonjs" }',
        'node_modules/@scope/other/dist/main.js': '',
      },
      [],
      ['engine'],
    );
    expect(code.manifest.packages).to.deep.equal([
      { specifier: '@scope/other', name: '@scope/other', version: '4.5.6', importer: 'model.ts' },
      { specifier: 'absent', name: 'absent', version: null, importer: 'model.ts' },
      { specifier: 'pkg/deep.js', name: 'pkg', version: '1.2.3', importer: 'model.ts' },
    ]);
    expect(pathsOf(code)).to.deep.equal(['data.ts', 'model.ts']);
  });

  it('records no package for a local file that is imported for its types only', async () => {
    const code = await capture({
      'model.ts': `import { T } from './types.ts'; export const load = (): T | null => null;`,
      'types.ts': 'export interface T {}',
    });
    expect([code.manifest.packages, code.manifest.missing]).to.deep.equal([[], []]);
  });

  it('records the version that the importing file resolves to, if several are installed', async () => {
    const code = await capture({
      'model.ts': `import './apps/x.ts'; export const load = () => 1;`,
      'apps/x.ts': `import 'pkg';`,
      'node_modules/pkg/package.json': '{ "name": "pkg", "version": "1.0.0", "main": "i.js" }',
      'node_modules/pkg/i.js': '',
      'apps/node_modules/pkg/package.json': '{ "name": "pkg", "version": "2.0.0", "main": "i.js" }',
      'apps/node_modules/pkg/i.js': '',
    });
    expect(code.manifest.packages).to.deep.equal([
      { specifier: 'pkg', name: 'pkg', version: '2.0.0', importer: 'apps/x.ts' },
    ]);
  });

  it('stores a linked file under the name of the link', async () => {
    await writeFiles(folder(), {
      'real.ts': 'export const x = 1;',
      'shared/a.ts': `import './b.ts';`,
      'shared/b.ts': '',
    });
    await symlink(join(folder(), 'real.ts'), join(folder(), 'link.ts'));
    await symlink('shared', join(folder(), 'linked'));
    const code = await capture({
      'model.ts': `import './link.ts'; import './linked/a.ts'; export const load = () => 1;`,
    });
    expect(pathsOf(code)).to.deep.equal(['data.ts', 'link.ts', 'linked/a.ts', 'linked/b.ts', 'model.ts']);
  });

  it('refuses a link to a file whose imports are missing, or other files, next to the link', async () => {
    await writeFiles(folder(), { 'deep/a.ts': `import './b.ts';`, 'deep/b.ts': 'export const b = 1;' });
    await symlink('deep/a.ts', join(folder(), 'link.ts'));
    const contents = { 'model.ts': `import './link.ts'; export const load = () => 1;` };
    const more: Record<string, string>[] = [{}, { 'b.ts': 'export const b = 2;' }];
    for (const other of more) {
      const error = await failureOf(() => capture({ ...contents, ...other }));
      expect([error.code, error.hint]).to.deep.equal([
        'CODE_UNTRACEABLE',
        'Import the file by its real path, or link the whole folder instead.',
      ]);
    }
  });
});
