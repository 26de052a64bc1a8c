import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { BadFile } from '../files/bad-files.js';
import { all, captureWarnings, failure } from '../files/collect.test.support.js';
import { decodePixels } from './decode-pixels.js';
import { images } from './images.js';

const fixtures = fileURLToPath(new URL('../../fixtures/images/', import.meta.url));

describe('images', () => {
  let folder: string;
  let warnings: ReturnType<typeof captureWarnings>;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'forge-images-'));
    warnings = captureWarnings();
  });
  afterEach(() => {
    warnings.restore();
    rmSync(folder, { recursive: true });
  });

  function put(fixture: string, as: string): string {
    const path = join(folder, as);
    mkdirSync(dirname(path), { recursive: true });
    cpSync(join(fixtures, fixture), path);
    return path;
  }

  function putClasses(): void {
    put('rgb-8.png', 'dog/b.png');
    put('progressive.jpg', 'dog/a.jpg');
    put('gray-8.png', 'cat/1.PNG');
    put('palette-alpha.png', 'cat/more/2.png');
    put('cmyk.jpg', 'ape/z.jpeg');
  }

  it('reads a class folder for each label, in a stable order', async () => {
    putClasses();
    const rows = await all(images(folder));
    expect(rows.map(({ file, label }) => [file, label])).to.deep.equal([
      ['ape/z.jpeg', 'ape'],
      ['cat/1.PNG', 'cat'],
      ['cat/more/2.png', 'cat'],
      ['dog/a.jpg', 'dog'],
      ['dog/b.png', 'dog'],
    ]);
    const { image } = rows[4]!;
    const { data } = decodePixels(readFileSync(join(folder, 'dog/b.png')), { channels: 3, maxPixels: 1e6 });
    expect(image).to.deep.equal({ dtype: 'uint8', shape: [29, 37, 3], bytes: data });
    expect(rows.every((row) => row.image.shape.at(-1) === 3)).to.equal(true);
    expect(warnings.text()).to.equal('');
  });

  it('reads a flat folder without labels, and ignores class folders with labels: false', async () => {
    put('rgb-8.png', 'b.png');
    put('gray.jpg', 'a.jpg');
    expect((await all(images(folder))).map((row) => Object.keys(row))).to.deep.equal([
      ['file', 'image'],
      ['file', 'image'],
    ]);
    put('gray.jpg', 'c/d.jpg');
    expect((await all(images(folder, { labels: false }))).map(({ file }) => file)).to.deep.equal([
      'a.jpg',
      'b.png',
      'c/d.jpg',
    ]);
    const error = await failure(() => images(folder).open());
    expect(error.message).to.equal(`In ${folder}, c/d.jpg is in a class folder, but a.jpg is in none.`);
    expect(error.hint).to.contain('{ labels: false }');
  });

  it('reads one image', async () => {
    const path = put('gray-8.png', 'cat/1.png');
    const rows = await all(images(path, { channels: 1 }));
    expect(rows.map(({ image, ...rest }) => ({ shape: image.shape, ...rest }))).to.deep.equal([
      { shape: [29, 37, 1], file: '1.png' },
    ]);
  });

  it('resizes and converts every image, so that they can be batched', async () => {
    putClasses();
    const batches = images(folder, { size: [8, 6], channels: 1 })
      .map(({ image, label }) => ({ image, y: label === 'cat' ? 1 : 0 }))
      .batch(5);
    const [batch] = await all(batches);
    expect(batch!.image).to.deep.include({ dtype: 'uint8', shape: [5, 8, 6, 1] });
    const [row] = await all(images(folder, { channels: 4 }));
    expect(row!.image.shape).to.deep.equal([29, 37, 4]);
  });

  it('shuffles as a whole, and resumes from every position', async () => {
    putClasses();
    const dataset = images(folder, { size: [4, 4] }).shuffle(3);
    const rows = await all(dataset, 1);
    expect(dataset.length).to.equal(5);
    expect(rows.map(({ file }) => file)).to.not.deep.equal((await all(dataset, 0)).map(({ file }) => file));
    for (let skip = 0; skip <= 5; skip++) expect(await all(dataset, 1, skip)).to.deep.equal(rows.slice(skip));
  });

  it('names a corrupt image among many, when it is read', async () => {
    putClasses();
    const path = put('bad-crc.png', 'dog/c.png');
    const error = await failure(() => all(images(folder)));
    expect(error).to.include({ code: 'DATA_INVALID' });
    expect(error.message).to.equal(`${path} is damaged: its chunk IDAT does not match its checksum.`);
    expect(error.hint).to.contain("onBadRow: 'skip'");
    expect(await all(images(folder).take(5))).to.have.length(5);
  });

  it('skips and counts images that cannot be decoded', async () => {
    putClasses();
    put('bad-scan.jpg', 'cat/0.jpg');
    put('bad-gif.png', 'dog/c.png');
    const dataset = images(folder, { onBadRow: 'skip' });
    expect((await all(dataset)).map(({ file }) => file)).to.not.include.members(['cat/0.jpg', 'dog/c.png']);
    expect(dataset.length).to.equal(5);
    expect(warnings.text()).to.equal(
      `Warning: Skipped 2 of 7 files of ${folder}, the first: cat/0.jpg is damaged: libjpeg reports corrupt data.\n`,
    );
    warnings.clear();
    const bad: BadFile[] = [];
    expect(await all(images(folder, { onBadRow: (file) => bad.push(file) }))).to.have.length(5);
    expect(bad.map(({ file }) => file)).to.deep.equal([join(folder, 'cat/0.jpg'), join(folder, 'dog/c.png')]);
    expect(bad[1]!.reason).to.equal('is neither PNG nor JPEG');
    expect(warnings.text()).to.equal('');
  });

  it('reports a folder of which no image can be decoded', async () => {
    put('bad-crc.png', 'a.png');
    const error = await failure(() => images(folder, { onBadRow: 'skip' }).open());
    expect(error.message).to.contain(`None of the 1 files of ${folder} can be decoded: a.png is damaged`);
  });

  it('reports an empty folder, a missing one, and other types', async () => {
    expect((await failure(() => images(folder).open())).message).to.equal(
      `There are no PNG or JPEG files in ${folder}: it is empty.`,
    );
    writeFileSync(join(folder, 'a.gif'), '');
    writeFileSync(join(folder, 'b.GIF'), '');
    writeFileSync(join(folder, 'README'), '');
    writeFileSync(join(folder, '.hidden.png'), '');
    expect((await failure(() => images(folder).open())).message).to.contain('it holds .gif (2), no extension (1)');
    put('gray-8.png', 'c.png');
    await images(folder).open();
    expect(warnings.text()).to.equal(
      `Warning: Ignored files of other types in ${folder}: .gif (2), no extension (1).\n`,
    );
    const error = await failure(() => images(join(folder, 'missing')).open());
    expect(error).to.include({ code: 'FILE_SYSTEM' });
    expect(error.message).to.contain('it does not exist');
  });

  it('follows a link to a file of the folder, and refuses links that lead out or to folders', async () => {
    const path = put('gray-8.png', 'a/1.png');
    symlinkSync(path, join(folder, 'a/2.png'));
    expect(await all(images(folder))).to.have.length(2);
    const out = join(folder, 'a/3.png');
    symlinkSync(join(fixtures, 'gray-8.png'), out);
    expect(await failure(() => images(folder).open())).to.include({
      code: 'PATH_UNSAFE',
      message: `The link ${out} leads out of the folder.`,
    });
    rmSync(out);
    symlinkSync(join(folder, 'a'), join(folder, 'b'));
    expect((await failure(() => images(folder).open())).message).to.contain('leads to a folder');
  });

  it('reports a file that changed after it was read, or is gone', async () => {
    const path = put('gray-8.png', 'a/1.png');
    const dataset = images(folder);
    await all(dataset);
    utimesSync(path, 1, 1);
    const error = await failure(() => all(dataset, 1));
    expect(error.message).to.equal(`${path} changed while it was in use.`);
    rmSync(path);
    expect(await failure(() => all(dataset, 2))).to.include({
      code: 'FILE_SYSTEM',
      message: `Cannot read ${path}: it does not exist.`,
    });
  });

  it('reports a file that may not be read', async function () {
    // The superuser may read every file.
    if (process.getuid?.() === 0 || process.platform === 'win32') this.skip();
    chmodSync(put('gray-8.png', 'a/1.png'), 0);
    expect((await failure(() => all(images(folder)))).message).to.contain('permission denied');
  });

  it('refuses wrong options', async () => {
    put('gray-8.png', 'a.png');
    const bad: readonly [object, string][] = [
      [{ sizes: [1, 1] }, 'Did you mean "size"?'],
      [{ resize: [1, 1] }, 'Did you mean "size"?'],
      [{ size: 8 }, '[height, width]'],
      [{ size: [8, 0] }, '[height, width]'],
      [{ size: [20000, 20000] }, 'at most 100000000 pixels'],
      [{ channels: 2 }, '1, 3 or 4'],
      [{ maxPixels: 0 }, 'a whole number above 0'],
      [{ labels: 'a.csv' }, 'true or false'],
      [{ onBadRow: 'ignore' }, "'error', 'skip' or a function"],
    ];
    for (const [options, words] of bad) {
      const error = await failure(() => images(folder, options as never));
      expect(error.hint, JSON.stringify(options)).to.contain(words);
    }
  });
});
