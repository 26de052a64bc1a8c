import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { changeTags, checkDisplayName, checkNote, checkTag } from './annotation-rules.js';
import { noAnnotations, readAnnotations } from './annotations.js';

describe('readAnnotations', () => {
  const folder = useTemporaryFolder();
  const file = () => join(folder(), 'annotations.json');
  const valid = { formatVersion: 2, tags: ['paper'], note: 'a\x1b[2Jb', name: 'baseline' };

  it('reads tags, note and name as they are, without the fields of a later Forge', async () => {
    await writeFile(file(), JSON.stringify({ ...valid, color: 'red' }));
    expect(readAnnotations(folder())).to.deep.equal({ tags: ['paper'], note: 'a\x1b[2Jb', name: 'baseline' });
  });

  it('are empty without a file', () => {
    expect(readAnnotations(folder())).to.deep.equal(noAnnotations);
  });

  const hostile: readonly (readonly [string, RegExp, () => Promise<unknown> | unknown])[] = [
    [
      'a link to a valid one',
      /is a link/,
      async () => {
        await writeFile(join(folder(), 'elsewhere'), JSON.stringify(valid));
        await symlink('elsewhere', file());
      },
    ],
    ['a pipe', /is not a regular file/, () => execFileSync('mkfifo', [file()])],
    ['a folder', /is not a regular file/, () => mkdir(file())],
    ['a device', /is a link/, () => symlink('/dev/zero', file())],
    ['a huge file', /more than the maximum/, () => writeFile(file(), Buffer.alloc(2 * 1024 * 1024, 32))],
    ['no JSON', /is not valid JSON: .*line 1/, () => writeFile(file(), '{"tags": [')],
    ['bytes that are not UTF-8', /is not UTF-8/, () => writeFile(file(), Buffer.from([0xff, 0xfe]))],
    ['a list', /does not hold a JSON object/, () => writeFile(file(), '[]')],
    ['a duplicate key', /duplicate key/, () => writeFile(file(), '{"note": "", "note": ""}')],
    ['tags that are no texts', /invalid "tags.0"/, () => writeFile(file(), JSON.stringify({ ...valid, tags: [1] }))],
    ['no name', /invalid "name"/, () => writeFile(file(), JSON.stringify({ ...valid, name: undefined }))],
    ['a later version', /format version 3/, () => writeFile(file(), JSON.stringify({ ...valid, formatVersion: 3 }))],
  ];
  for (const [what, message, make] of hostile) {
    it(`refuses ${what}, naming the file`, async () => {
      await make();
      const error = await failureOf(() => readAnnotations(folder()));
      expect(error.code).to.equal('RUN_INVALID');
      expect(error.message).to.match(message).and.to.include(file());
    });
  }
});

describe('the rules of annotations', () => {
  it('accept tags that need no quotes in an expression', async () => {
    for (const tag of ['paper', '_x', 'v1.2', 'to-do', 'Notes', 'x'.repeat(64)]) expect(checkTag(tag)).to.equal(tag);
    const wrong = ['', '1', '-x', 'a b', 'a,b', 'a=b', '"a"', 'größe', 'a\x1b', 'and', 'NOT', 'In', 'x'.repeat(65)];
    for (const tag of wrong) expect((await failureOf(() => checkTag(tag))).code, tag).to.equal('FLAG_INVALID');
  });

  it('add and remove tags in their order, at most a hundred', async () => {
    expect(changeTags(['a', 'b'], { add: ['c', 'a'], remove: ['b', 'z'] })).to.deep.equal(['a', 'c']);
    const hundred = Array.from({ length: 100 }, (_, index) => `t${index}`);
    expect(changeTags(hundred, { add: ['t5'] })).to.have.length(100);
    expect((await failureOf(() => changeTags(hundred, { add: ['one'] }))).code).to.equal('FLAG_INVALID');
    // A stranger's file may have more, which can be removed.
    expect(changeTags([...hundred, 'a', 'b'], { remove: ['a'] })).to.have.length(101);
  });

  it('keep a name on one line, and limit the length of texts', async () => {
    expect(checkDisplayName('  Größe 7 ')).to.equal('Größe 7');
    expect(checkNote(' two\nlines ')).to.equal('two\nlines');
    for (const name of ['two\nlines', 'a\x1b[31m', 'a\u202eb', 'x'.repeat(201)]) {
      expect((await failureOf(() => checkDisplayName(name))).code).to.equal('FLAG_INVALID');
    }
    expect((await failureOf(() => checkNote('x'.repeat(10_001)))).code).to.equal('FLAG_INVALID');
  });
});
