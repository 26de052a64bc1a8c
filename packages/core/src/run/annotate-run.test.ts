import { execFile } from 'node:child_process';
import { readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../testing/temporary-folder.test.support.js';
import { annotateRun } from './annotate-run.js';
import { readAnnotations } from './record/annotations.js';

const child = fileURLToPath(new URL('./annotate.test.child.js', import.meta.url));

describe('annotateRun', () => {
  const folder = useTemporaryFolder();
  const file = () => join(folder(), 'annotations.json');
  const run = () => ({ path: folder(), experiment: 'mnist', number: 1 });

  it('changes some fields and keeps the others, also those it does not know', async () => {
    await writeFile(
      file(),
      JSON.stringify({ formatVersion: 2, tags: ['a'], note: 'n', name: '', color: { of: 'us' } }),
    );
    const after = await annotateRun(run(), ({ tags }) => ({ tags: [...tags, 'b'], name: 'x' }));
    expect(after).to.deep.equal({ tags: ['a', 'b'], note: 'n', name: 'x' });
    expect(JSON.parse(await readFile(file(), 'utf8'))).to.deep.equal({
      formatVersion: 2,
      ...after,
      color: { of: 'us' },
    });
  });

  it('writes nothing where nothing changes', async () => {
    await annotateRun(run(), () => ({ tags: [] }));
    expect(await readdir(folder())).to.deep.equal(['.resume-lock']);
  });

  it('loses no change of several processes', async () => {
    const children = ['a', 'b', 'c', 'd'].map((prefix) =>
      promisify(execFile)(process.execPath, [child, folder(), prefix]),
    );
    await Promise.all(children);
    const { tags } = readAnnotations(folder());
    expect(new Set(tags).size).to.equal(40);
    for (const prefix of ['a', 'b', 'c', 'd']) {
      const own = tags.filter((tag) => tag.startsWith(prefix));
      expect(own).to.deep.equal(Array.from({ length: 10 }, (_, count) => `${prefix}${count}`));
    }
  }).timeout(60_000);

  it('refuses an invalid file and a link, and changes neither', async () => {
    await writeFile(file(), '{}');
    const invalid = await failureOf(() => annotateRun(run(), () => ({ note: 'x' })));
    expect([invalid.code, invalid.hint]).to.deep.equal([
      'RUN_INVALID',
      'forge runs verify RUN --repair moves it to the quarantine.',
    ]);
    expect(await readFile(file(), 'utf8')).to.equal('{}');
    await rename(file(), join(folder(), 'target'));
    await symlink('target', file());
    expect((await failureOf(() => annotateRun(run(), () => ({ note: 'x' })))).code).to.equal('RUN_INVALID');
    expect(await readFile(join(folder(), 'target'), 'utf8')).to.equal('{}');
  });

  it('does not create the folder of a run that was moved away', async () => {
    const gone = { ...run(), path: join(folder(), 'gone', '1') };
    const error = await failureOf(() => annotateRun(gone, () => ({ note: 'x' })));
    expect(error.code).to.equal('RUN_NOT_FOUND');
    expect(await readdir(folder())).to.deep.equal([]);
  });
});
