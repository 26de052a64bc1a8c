import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { decodeImage } from './decode-image.js';
import { decodePixels } from './decode-pixels.js';

const folder = new URL('../../fixtures/images/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder));

describe('decodeImage', () => {
  it('decodes bytes as a file, also those within a larger buffer', () => {
    const name = readdirSync(folder).find((other) => other === 'rgb-8.png')!;
    const bytes = read(name);
    const { height, width, channels, data } = decodePixels(bytes, { channels: 3, maxPixels: 1e6 });
    const within = new Uint8Array(bytes.length + 20);
    within.set(bytes, 7);
    const image = decodeImage(within.subarray(7, 7 + bytes.length));
    expect(image).to.deep.include({ dtype: 'uint8', shape: [height, width, channels] });
    expect(Buffer.from(image.bytes).equals(Buffer.from(data))).to.equal(true);
    expect(decodeImage(bytes, { size: [2, 3], channels: 1 }).shape).to.deep.equal([2, 3, 1]);
  });

  it('says what is wrong with other bytes', () => {
    for (const [bytes, message] of [
      [Buffer.from('no image'), 'The image is neither PNG nor JPEG.'],
      [Buffer.alloc(0), 'The image is empty.'],
      [read('rgb-8.png').subarray(0, 40), 'The image '],
    ] as const) {
      expect(() => decodeImage(bytes))
        .to.throw(message)
        .with.property('code', 'DATA_INVALID');
    }
    expect(() => decodeImage(read('rgb-8.png'), { labels: true } as never)).to.throw('labels');
  });
});
