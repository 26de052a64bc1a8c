import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import type { MediaValue } from '../media-value.js';
import { discardMediaAfter } from './discard-media.js';
import { MediaLog } from './media-log.js';
import { readMedia } from './read-media.js';
import { text } from './text.js';

describe('the media of a run', () => {
  const folder = useTemporaryFolder();
  const at = (step: number, name: string, value: MediaValue = text(`${name} at ${step}`)) => {
    return { step, epoch: 0, time: 1, split: 'valid', name, value };
  };
  const write = async (...records: readonly ReturnType<typeof at>[]) => {
    const log = new MediaLog(folder());
    for (const record of records) log.writeMedia(record);
    await log.close();
  };
  const entries = async () => {
    const found: string[] = [];
    for await (const { step, file } of readMedia(folder())) {
      found.push(`${step} ${await readFile(join(folder(), file), 'utf8')}`);
    }
    return found;
  };

  it('writes nothing until a value is logged', async () => {
    const log = new MediaLog(folder());
    await log.flush();
    await log.close();
    expect(await readdir(folder())).to.deep.equal([]);
    expect(await entries()).to.deep.equal([]);
  });

  it('writes each value to a file, and a later one of the same name over it', async () => {
    await write(at(1, 'a'), at(1, 'b'), at(2, 'a'));
    expect(await entries()).to.deep.equal(['1 a at 1', '1 b at 1', '2 a at 2']);
    await write(at(2, 'a', text('again')));
    expect(await entries()).to.deep.equal(['1 a at 1', '1 b at 1', '2 again', '2 again']);
    expect(await readdir(join(folder(), 'media/1'))).to.have.members(['valid.a.txt', 'valid.b.txt']);
  });

  it('removes what later steps logged', async () => {
    await write(at(1, 'a'), at(5, 'a'), at(10, 'a'), at(100, 'a'));
    await discardMediaAfter(folder(), 5);
    expect(await entries()).to.deep.equal(['1 a at 1', '5 a at 5']);
    expect((await readdir(join(folder(), 'media'))).sort()).to.deep.equal(['1', '5']);
    await discardMediaAfter(folder(), 5);
    expect(await entries()).to.have.length(2);
  });

  it('writes names of any characters inside its folder', async () => {
    const names = ['../../../x', 'a/b', '..', 'CON', 'é\n', 'x'.repeat(300), `${'x'.repeat(300)}y`];
    await write(...names.map((name) => at(1, name)));
    expect(await entries()).to.deep.equal(names.map((name) => `1 ${name} at 1`));
    expect((await readdir(folder())).sort()).to.deep.equal(['media', 'media.jsonl']);
  });

  it('never writes or removes through a link', async () => {
    const victim = join(folder(), 'victim');
    await mkdir(join(victim, '7'), { recursive: true });
    await writeFile(join(victim, '7/valid.a.txt'), 'mine');
    const run = join(folder(), 'run');
    await mkdir(run);
    await symlink(victim, join(run, 'media'));
    const log = new MediaLog(run);
    expect((await failureOf(async () => log.writeMedia(at(7, 'a')))).code).to.equal('PATH_UNSAFE');
    await log.close();
    expect((await failureOf(() => discardMediaAfter(run, 1))).code).to.equal('PATH_UNSAFE');
    expect(await readFile(join(victim, '7/valid.a.txt'), 'utf8')).to.equal('mine');
  });

  it('names the invalid line of a log, and reads no file that a line does not own', async () => {
    await write(at(1, 'a'));
    const path = join(folder(), 'media.jsonl');
    const line = await readFile(path, 'utf8');
    for (const [changed, cause] of [
      [line.replace('media/1/', '/etc/'), '"file" is not the name of its file'],
      [line.replace('"text"', '"video"'), '"kind" is unknown'],
      [line.replace('"step":1', '"step":-1'), '"step" is not a whole number'],
      ['{}\n', '"step" is not a whole number'],
      ['[1]\n', 'it is not an object'],
    ] as const) {
      await writeFile(path, changed);
      const { code, message } = await failureOf(entries);
      expect(code).to.equal('RUN_INVALID');
      expect(message).to.equal(`Line 1 of ${path} is not a media record: ${cause}.`);
    }
  });

  it('keeps each file if a process is killed between the file and its line', async () => {
    await write(at(1, 'a'));
    await mkdir(join(folder(), 'media/9'));
    await writeFile(join(folder(), 'media/9/valid.a.txt'), 'no line names it');
    await discardMediaAfter(folder(), 1);
    expect(existsSync(join(folder(), 'media/9'))).to.equal(false);
    expect(await entries()).to.deep.equal(['1 a at 1']);
  });
});
