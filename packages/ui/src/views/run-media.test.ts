import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { mediaFile, mediaText, mediaView } from './run-media.js';
import { changeRun, codeOf, useFolder, viewedRun } from './trained-run.test.support.js';

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);

function line(step: number, name: string, kind: string, file: string): string {
  return `${JSON.stringify({ step, epoch: 0, time: 1, split: 'valid', name, kind, file })}\n`;
}

describe('media of a run', () => {
  const folder = useFolder();
  const run = () => viewedRun(folder(), 'toy', 1);

  beforeEach(async () => {
    const entries = [1, 2, 3].map((step) => line(step, 'samples', 'image', `media/${step}/valid.samples.png`));
    await changeRun(run(), {
      'media.jsonl': `${entries.join('')}${line(3, 'note', 'text', 'media/3/valid.note.txt')}`,
      'media/3/valid.note.txt': 'a note',
      'media/3/valid.samples.png': '',
    });
    await writeFile(join(run().folder.path, 'media/3/valid.samples.png'), png);
  });

  it('are listed, the newest if there are too many', async () => {
    expect((await mediaView(run())).entries).to.have.length(4);
    const { entries, omitted } = await mediaView(run(), 2);
    expect(entries.map(({ file }) => file)).to.deep.equal(['media/3/valid.samples.png', 'media/3/valid.note.txt']);
    expect(omitted).to.equal(2);
  });

  it('are read: images as bytes, the rest as text', async () => {
    expect(await mediaFile(run(), 'media/3/valid.samples.png')).to.deep.equal(png);
    expect(await mediaText(run(), 'media/3/valid.note.txt')).to.deep.equal({ text: 'a note', truncated: false });
    expect(await codeOf(() => mediaFile(run(), 'media/3/valid.note.txt'))).to.equal('PATH_UNSAFE');
    expect(await codeOf(() => mediaText(run(), 'media/3/valid.samples.png'))).to.equal('PATH_UNSAFE');
  });

  it('refuse every other file', async () => {
    await changeRun(run(), { 'media/3/page.html': '<script>', 'media/3/a.b.svg': '<svg>', 'secret.png': '' });
    for (const file of [
      ...['../secret.png', 'secret.png', 'media/../secret.png', 'media/3/page.html', 'media/3/a.b.svg', 'run.json', ''],
      ...['media/3/..%2f..%2fsecret.png', 'media/3/../../secret.png', '/etc/passwd', 'media\\3\\valid.samples.png'],
      ...['media/3/valid.samples.png\0', 'media/3/valid.samples.png/', 'media//3/valid.samples.png'],
    ]) {
      expect(await codeOf(() => mediaFile(run(), file)), file).to.equal('PATH_UNSAFE');
      expect(await codeOf(() => mediaText(run(), file)), file).to.equal('PATH_UNSAFE');
    }
  });

  it('refuse what is named as an image and is a page', async () => {
    await changeRun(run(), { 'media/3/valid.samples.png': '<html><script>alert(1)</script>' });
    expect(await codeOf(() => mediaFile(run(), 'media/3/valid.samples.png'))).to.equal('RUN_INVALID');
  });

  it('refuse links to files and to folders', async () => {
    const outside = join(folder(), 'outside/3');
    await mkdir(outside, { recursive: true });
    await writeFile(join(outside, 'valid.samples.png'), png);
    const path = join(run().folder.path, 'media/3/valid.samples.png');
    await rm(path);
    await symlink(join(outside, 'valid.samples.png'), path);
    expect(await codeOf(() => mediaFile(run(), 'media/3/valid.samples.png'))).to.equal('PATH_UNSAFE');
    const media = join(run().folder.path, 'media');
    await rename(media, `${media}.old`);
    await symlink(join(folder(), 'outside'), media);
    expect(await codeOf(() => mediaFile(run(), 'media/3/valid.samples.png'))).to.equal('PATH_UNSAFE');
  });

  it('refuse a file that is larger than what is asked for', async () => {
    expect(await codeOf(() => mediaFile(run(), 'media/3/valid.samples.png', 5))).to.equal('PATH_UNSAFE');
  });
});
