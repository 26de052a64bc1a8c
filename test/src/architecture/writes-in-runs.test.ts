import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const core = fileURLToPath(new URL('../../../packages/core/src/', import.meta.url));

/** What changes the file system, or opens a file and may change it. */
const changes =
  /^(open|writeFile|writev|append|rename|rm|unlink|mkdir|mkdtemp|truncate|copyFile|cp$|link|symlink|chmod|chown|lchown|utimes|lutimes|createWriteStream|createReadStream|promises|default)/;

/** Modules that change files outside of any run, and where. */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  // The folder of the run itself, which it makes or removes.
  'run/run-folder.ts': ['mkdir', 'rm'],
  // Marks in the experiment's folder.
  'run/run-number.ts': ['mkdir', 'open', 'unlink'],
  // The index of a results folder: a new file of a random name.
  'run/run-index.ts': ['renameSync', 'rmSync', 'writeFileSync'],
  // A copy of a run's code in the cache folder.
  'code/isolate-code.ts': ['mkdtemp', 'rmSync', 'symlink'],
  // A scratch folder in the system's.
  'run/working-tree-patch.ts': ['copyFile', 'mkdtemp', 'rm', 'utimes'],
};

/** The names a module takes from `node:fs` and `node:fs/promises`; `*` for all. */
function takenFrom(source: string): string[] {
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
  it('are changed through files/safe-files.ts alone', async () => {
    const found: Record<string, string[]> = {};
    for (const folder of ['run', 'metrics', 'checkpoint', 'verify', 'code', 'forge', 'train']) {
      const entries = await readdir(join(core, folder), { recursive: true });
      for (const name of entries.filter((entry) => /\.ts$/.test(entry) && !/\.test\./.test(entry))) {
        const taken = takenFrom(await readFile(join(core, folder, name), 'utf8'));
        const changing = taken.filter((item) => item === '*' || changes.test(item));
        if (changing.length > 0) found[`${folder}/${name}`] = changing.sort();
      }
    }
    expect(found).to.deep.equal(elsewhere);
  });

  it('are opened for that by no name this test would miss', () => {
    expect(takenFrom(`import { open as look, type Stats } from 'node:fs/promises';`)).to.deep.equal(['open']);
    expect(takenFrom(`import * as fs from 'fs';`)).to.deep.equal(['*']);
    expect(takenFrom(`import fs from 'node:fs';`)).to.deep.equal(['*']);
    expect(takenFrom(`const { open } = await import('node:fs/promises');`)).to.deep.equal(['*']);
    expect(takenFrom(`import type { Stats } from 'node:fs';`)).to.deep.equal([]);
  });
});
