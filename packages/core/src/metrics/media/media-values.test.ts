import { expect } from 'chai';
import fc from 'fast-check';
import { decode } from 'fast-png';
import { tensor } from '../../tensor/tensor-data.js';
import { failureOf } from '../../testing/temporary-folder.test.support.js';
import { loadPngEncoder } from '../png-encoder.js';
import { encodeMedia } from './encode-media.js';
import { histogram } from './histogram.js';
import { image } from './image.js';
import { table } from './table.js';
import { text } from './text.js';

const refused = async (make: () => unknown) => (await failureOf(async () => make())).message;

describe('image', () => {
  it('scales grey pixels from 0 to 1, clips others, and draws NaN black', () => {
    const { width, height, channels, pixels } = image([
      [0, 0.5, 1],
      [-3, 7, Number.NaN],
    ]);
    expect([width, height, channels]).to.deep.equal([3, 2, 1]);
    expect([...pixels]).to.deep.equal([0, 128, 255, 0, 255, 0]);
  });

  it('keeps 8-bit colours, and scales by the given range', () => {
    const rgb = Uint8Array.of(1, 2, 3, 4, 5, 6);
    expect([...image(tensor(rgb, [1, 2, 3])).pixels]).to.deep.equal([...rgb]);
    expect([...image(tensor(Float32Array.of(-1, 0, 1, 1), [1, 1, 4]), { range: [-1, 1] }).pixels]).to.deep.equal([
      0, 128, 255, 255,
    ]);
  });

  it('puts several images into a grid with a gap', () => {
    const three = tensor(Uint8Array.of(10, 20, 30), [3, 1, 1, 1]);
    const { width, height, pixels } = image(three);
    expect([width, height]).to.deep.equal([4, 4]);
    expect([pixels[0], pixels[3], pixels[12], pixels[15]]).to.deep.equal([10, 20, 30, 0]);
    expect(image(three, { columns: 3 }).height).to.equal(1);
  });

  it('is stored as a PNG that decodes to the same pixels', async () => {
    await loadPngEncoder();
    for (const channels of [1, 3, 4]) {
      const bytes = Uint8Array.from({ length: 5 * 7 * channels }, (_, at) => (at * 37) % 256);
      const value = image(tensor(bytes, [5, 7, channels]));
      const png = decode(encodeMedia(value));
      expect([png.width, png.height, png.channels]).to.deep.equal([7, 5, channels]);
      expect([...png.data]).to.deep.equal([...bytes]);
    }
  });

  it('refuses what is no image', async () => {
    expect(await refused(() => image(new Float32Array(4)))).to.equal(
      'The image cannot be logged: float32[4] is no image.',
    );
    expect(await refused(() => image(tensor(new Float32Array(8), [2, 2, 2])))).to.include('float32[2, 2, 2]');
    expect(await refused(() => image([[1]], { range: [1, 1] }))).to.include('its range is [1, 1]');
    expect(await refused(() => image([[1]], { columns: 0 }))).to.include('columns');
    expect(await refused(() => image([[1]], { cols: 1 } as never))).to.include('cols');
    expect(await refused(() => image(tensor(new Uint16Array(4), [2, 2], 'bfloat16')))).to.include('bfloat16');
    expect(await refused(() => image(tensor(new Uint8Array(), [0, 2])))).to.include('uint8[0, 2]');
  });
});

describe('histogram', () => {
  it('counts every finite value once, in its interval', () => {
    const numbers = fc.array(fc.double({ noDefaultInfinity: false }), { maxLength: 200 });
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 50 }), (values, bins) => {
        const { edges, counts, notFinite, min, max } = histogram(Float64Array.from(values), { bins });
        const finite = values.filter(Number.isFinite);
        expect(counts.reduce((a, b) => a + b, 0)).to.equal(finite.length);
        expect(notFinite).to.equal(values.length - finite.length);
        expect(edges.length).to.equal(counts.length + 1);
        if (finite.length > 0) expect([min, max]).to.deep.equal([Math.min(...finite), Math.max(...finite)]);
      }),
    );
  });

  it('has the intervals and sums of a small example', () => {
    expect(histogram([0, 1, 1, 2, 4, Number.NaN], { bins: 4 })).to.deep.equal({
      kind: 'histogram',
      edges: [0, 1, 2, 3, 4],
      counts: [1, 2, 1, 1],
      min: 0,
      max: 4,
      sum: 8,
      sumSquares: 22,
      notFinite: 1,
    });
  });

  it('refuses wrong options', async () => {
    expect(await refused(() => histogram([1], { bins: 0 }))).to.include('bins must be a whole number from 1');
    const { hint } = await failureOf(async () => histogram([1], { buckets: 3 } as never));
    expect(hint).to.include('bins');
  });
});

describe('table and text', () => {
  it('keep their content, with NaN as text in JSON', () => {
    const value = table(
      ['input', 'score'],
      [
        ['a', 1],
        ['b', Number.NaN],
        [null, true],
      ],
    );
    expect(JSON.parse(Buffer.from(encodeMedia(value)).toString())).to.deep.equal({
      columns: ['input', 'score'],
      rows: [
        ['a', 1],
        ['b', 'NaN'],
        [null, true],
      ],
    });
    expect(Buffer.from(encodeMedia(text('Grüße\n'))).toString()).to.equal('Grüße\n');
  });

  it('refuse rows of another length, and values that are no cells', async () => {
    expect(await refused(() => table(['a', 'b'], [[1]]))).to.equal('Row 0 of the table has 1 cells for 2 columns.');
    expect(await refused(() => table(['a'], [[{}]] as never))).to.include('Row 0 of the table has an object in a');
    expect(await refused(() => text(3 as never))).to.include('a number, not a string');
    expect(await refused(() => text('x'.repeat(1 << 23)))).to.include('characters; the maximum is');
  });
});
