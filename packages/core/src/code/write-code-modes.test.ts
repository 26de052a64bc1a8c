import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { useTemporaryFolder } from '../testing/temporary-folder.test.support.js';
import { captureCode } from './capture-code.js';
import { writeCode } from './write-code.js';

describe('the copies of code in a run', () => {
  const folder = useTemporaryFolder();

  it('get at most the permissions of their sources', async function () {
    if (process.platform === 'win32') return this.skip();
    const source = join(folder(), 'project', 'model.ts');
    await mkdir(join(folder(), 'project'));
    await writeFile(source, 'export const load = () => 1;');
    const run = join(folder(), 'run');
    await mkdir(run);
    for (const [mode, most] of [
      [0o600, 0o600],
      [0o644, 0o644],
    ] as const) {
      await chmod(source, mode);
      await writeCode(run, await captureCode({ model: { path: source, files: [] } }, []));
      const copied = (await stat(join(run, 'code', 'model.ts'))).mode & 0o777;
      expect(copied & ~most).to.equal(0);
    }
  });
});
