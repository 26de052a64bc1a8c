import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { resize } from '../decode/resize.js';
import { Undecodable } from '../decode/undecodable.js';
import { decodePixels } from './decode-pixels.js';

const fixtures = new URL('../../fixtures/', import.meta.url);
const references: Record<string, { shape: number[]; sha256: string }> = JSON.parse(
  readFileSync(new URL('images.json', fixtures), 'utf8'),
);
const read = (name: string) => readFileSync(new URL(`images/${name}`, fixtures));
const names = readdirSync(new URL('images/', fixtures));
const maxPixels = 100_000_000;
const hash = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');

/** What each damaged or unsupported file is refused with. */
const refusals: Record<string, string> = {
  'bad-12-bit.jpg': 'has 12 bits per sample',
  'bad-65535x65535.jpg': 'is 65535 × 65535 pixels large, above the limit of 100000000',
  'bad-65535x65535.png': 'is 65535 × 65535 pixels large, above the limit of 100000000',
  'bad-9000x9000.jpg': 'too short for 9000 × 9000 pixels',
  'bad-9000x9000.png': 'too short for 9000 × 9000 pixels',
  'bad-arithmetic.jpg': 'is an arithmetic-coded JPEG',
  'bad-bomb.png': 'longer than its size allows',
  'bad-color.png': 'color type 5 with 8 bits',
  'bad-crc.png': 'its chunk IDAT does not match its checksum',
  'bad-critical-chunk.png': 'the unknown chunk ABCD',
  'bad-deflate.png': 'cannot be decompressed',
  'bad-depth.png': 'color type 2 with 4 bits',
  'bad-empty.png': 'is empty',
  'bad-filter.png': 'the unknown filter 9',
  'bad-gif.png': 'is neither PNG nor JPEG',
  'bad-header-only.jpg': 'is truncated',
  'bad-ihdr-crc.png': 'its chunk IHDR does not match its checksum',
  'bad-interlace.png': 'interlace method is unknown',
  'bad-lossless.jpg': 'is a lossless JPEG',
  'bad-palette-index.png': 'a color is not in its palette',
  'bad-scan.jpg': 'libjpeg reports corrupt data',
  'bad-too-few-rows.png': 'too short for 37 × 29 pixels',
  'bad-truncated.jpg': 'is truncated',
  'bad-truncated.png': 'is truncated',
  'bad-two-components.jpg': 'has 2 color components',
  'bad-without-data.png': 'too short for 37 × 29 pixels',
  'bad-without-end.jpg': 'is truncated',
  'bad-without-end.png': 'is truncated',
  'bad-without-palette.png': 'its palette is missing',
  'bad-zero-height.jpg': 'has no pixels: its size is 37 × 0',
  'bad-zero-width.png': 'has no pixels: its size is 0 × 29',
};

describe('decodePixels', () => {
  for (const name of names.filter((name) => !name.startsWith('bad-'))) {
    it(`decodes ${name} to the pixels of ${name.endsWith('.png') ? 'libpng' : 'libjpeg-turbo'}`, () => {
      const { shape, sha256 } = references[name]!;
      const { width, height, data } = decodePixels(read(name), { channels: shape[2] as 3 | 4, maxPixels });
      expect([height, width]).to.deep.equal(shape.slice(0, 2));
      expect(hash(data)).to.equal(sha256);
    });
  }

  for (const name of names.filter((name) => name.startsWith('bad-'))) {
    it(`refuses ${name}`, () => {
      const before = process.memoryUsage();
      expect(() => decodePixels(read(name), { channels: 3, maxPixels })).to.throw(Undecodable, refusals[name] ?? '?');
      const after = process.memoryUsage();
      expect(after.rss - before.rss, 'memory taken').to.be.below(100_000_000);
    });
  }

  it('decodes after refusals, thousands of them', () => {
    const [bad, good] = [read('bad-scan.jpg'), read('progressive.jpg')];
    for (let time = 0; time < 2000; time++) {
      expect(() => decodePixels(bad, { channels: 3, maxPixels })).to.throw(Undecodable);
    }
    expect(hash(decodePixels(good, { channels: 3, maxPixels }).data)).to.equal(references['progressive.jpg']!.sha256);
  });

  it('refuses every cut of a file, and never returns other pixels for a changed byte of a PNG', () => {
    for (const name of ['progressive.jpg', 'restart.jpg', 'palette-alpha.png', 'rgb-8-interlaced.png']) {
      const file = read(name);
      for (let end = 0; end < file.length - 1; end += 7) {
        expect(() => decodePixels(file.subarray(0, end), { channels: 3, maxPixels }), `${name}: ${end}`).to.throw(
          Undecodable,
        );
      }
    }
    const file = read('palette-alpha.png');
    for (let at = 8; at < file.length; at += 5) {
      const damaged = Buffer.from(file);
      damaged[at]! ^= 1 << (at % 8);
      expect(() => decodePixels(damaged, { channels: 4, maxPixels }), `byte ${at}`).to.throw(Undecodable);
    }
  });

  it('decodes or refuses JPEG files with changed bytes, and nothing else', () => {
    for (const name of ['baseline-420.jpg', 'progressive.jpg', 'cmyk.jpg']) {
      const file = read(name);
      for (let at = 2; at < file.length; at++) {
        const damaged = Buffer.from(file);
        damaged[at] = (damaged[at]! + 1 + ((at * 37) % 255)) & 255;
        try {
          decodePixels(damaged, { channels: 3, maxPixels: 2 ** 20 });
        } catch (error) {
          expect(error, `${name}: byte ${at}`).to.be.instanceOf(Undecodable);
        }
      }
    }
  });

  it('converts to gray as Pillow does', () => {
    const { data, channels } = decodePixels(read('rgb-8.png'), { channels: 1, maxPixels });
    expect(channels).to.equal(1);
    expect(hash(data)).to.equal(references['gray-of-rgb-8.png']!.sha256);
  });

  it('resizes as Pillow does, larger and smaller', () => {
    const scene = decodePixels(read('rgb-8.png'), { channels: 3, maxPixels });
    for (const [name, { shape, sha256 }] of Object.entries(references)) {
      if (!name.startsWith('resized-')) continue;
      const { width, height, data } = resize(scene, shape[0]!, shape[1]!);
      expect([height, width, hash(data)], name).to.deep.equal([shape[0], shape[1], sha256]);
    }
  });

  it('refuses an image above maxPixels, whatever its file holds', () => {
    for (const name of ['rgb-8.png', 'progressive.jpg']) {
      expect(() => decodePixels(read(name), { channels: 3, maxPixels: 1000 })).to.throw('above the limit of 1000');
    }
  });
});
