import { readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { useTemporaryFolder } from '../testing/temporary-folder.test.support.js';
import { makeFolder } from './durable-folder.js';
import { systemCode } from './fs-error.js';

describe('makeFolder', () => {
  const folder = useTemporaryFolder();
  const codeOf = (path: string) =>
    makeFolder(path).then(
      () => 'made',
      (error: unknown) => systemCode(error),
    );

  it('creates missing parents, accepts an existing folder, and runs concurrently', async () => {
    const path = join(folder(), 'a/b/c');
    expect(await Promise.all([1, 2, 3].map(() => codeOf(path)))).to.deep.equal(['made', 'made', 'made']);
    expect(await codeOf(path)).to.equal('made');
    expect((await stat(path)).isDirectory()).to.equal(true);
  });

  it('reports ENOTDIR for a file among the parents, at any depth, and EEXIST for a file at the path', async () => {
    const file = join(folder(), 'file');
    await writeFile(file, '');
    expect(await codeOf(join(file, 'a'))).to.equal('ENOTDIR');
    expect(await codeOf(join(file, 'a/b/c'))).to.equal('ENOTDIR');
    expect(await codeOf(file)).to.equal('EEXIST');
    await symlink(join(folder(), 'nowhere'), join(folder(), 'link'));
    expect(await codeOf(join(folder(), 'link/a'))).to.equal('EEXIST');
    expect((await readdir(folder())).sort()).to.deep.equal(['file', 'link']);
  });

  it('fails where the system creates no folders', async function () {
    if (process.platform !== 'linux') this.skip();
    expect(await codeOf('/proc/1/a/b')).to.be.oneOf(['ENOENT', 'EACCES']);
  });
});
