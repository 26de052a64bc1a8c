import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const core = fileURLToPath(new URL('../../../packages/core/src/', import.meta.url));

/** Functions of node:fs that change the file system, or open a file that may then change. */
const changes =
  /^(open|writeFile|writev|append|rename|rm|unlink|mkdir|mkdtemp|truncate|copyFile|cp$|link|symlink|chmod|chown|lchown|utimes|lutimes|createWriteStream|createReadStream|promises|default)/;

/** Modules that change files outside of any run. */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  // The run's own folder.
  'run/folder/run-folder.ts': ['mkdir', 'rm'],
  // Numbers in the experiment's folder.
  'run/folder/run-number.ts': ['mkdir', 'open', 'unlink'],
  // The index of runs in the cache folder.
  'run/catalog/run-index.ts': ['mkdirSync', 'renameSync', 'rmSync', 'writeFileSync'],
  // The caches of metrics in the cache folder.
  'run/series/series-cache.ts': ['mkdirSync', 'rmSync'],
  // A copy of a run's code in the cache folder.
  'code/isolate-code.ts': ['mkdtemp', 'rmSync', 'symlink'],
  // A file that is being downloaded, in the cache folder or a folder of data.
  'download/partial-file.ts': ['open', 'rename', 'rm', 'utimes', 'writeFile'],
  // A temporary folder.
  'api/load/folder-of-weights.ts': ['mkdtemp', 'rm'],
  // Standard error.
  'plugins/host/watch-loading.ts': ['*'],
  // The heartbeat of a sweep's controller: the time of its own file, never of what a link leads to.
  'sweep/controller/controller-claim.ts': ['lutimes'],
  // A temporary folder.
  'run/git/working-tree-patch.ts': ['copyFile', 'mkdtemp', 'rm', 'utimes'],
};

/** The names that a module imports from `node:fs` and `node:fs/promises`; `*` for all. */
function importsOf(source: string): string[] {
  const imports = source.matchAll(/import\s+(?!type\b)([^;]*?)\s+from\s+'(?:node:)?fs(?:\/promises)?'/g);
  const named = [...imports].flatMap(([, what]) => {
    const list = /^\{([\s\S]*)\}$/.exec(what!)?.[1];
    return list === undefined ? ['*'] : list.split(',').map((item) => item.trim());
  });
  const dynamic = /(?:require|import)\(\s*'(?:node:)?fs/.test(source) ? ['*'] : [];
  return [...named, ...dynamic]
    .filter((name) => name !== '' && !name.startsWith('type '))
    .map((name) => name.split(' ')[0]!);
}

describe('files inside a run', () => {
  it('are changed only through fs/safe-files.ts', async () => {
    const found: Record<string, string[]> = {};
    const files = await readdir(core, { recursive: true });
    for (const name of files.filter((file) => /\.ts$/.test(file) && !/\.test\.|^(fs|testing)\//.test(file))) {
      const imported = importsOf(await readFile(join(core, name), 'utf8'));
      const changing = imported.filter((item) => item === '*' || changes.test(item));
      if (changing.length > 0) found[name] = changing.sort();
    }
    expect(found).to.deep.equal(elsewhere);
  });

  it('are found under every form of import', () => {
    expect(importsOf(`import { open as look, type Stats } from 'node:fs/promises';`)).to.deep.equal(['open']);
    expect(importsOf(`import * as fs from 'fs';`)).to.deep.equal(['*']);
    expect(importsOf(`import fs from 'node:fs';`)).to.deep.equal(['*']);
    expect(importsOf(`const { open } = await import('node:fs/promises');`)).to.deep.equal(['*']);
    expect(importsOf(`import type { Stats } from 'node:fs';`)).to.deep.equal([]);
  });
});
