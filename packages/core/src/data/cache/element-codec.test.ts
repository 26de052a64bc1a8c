import { expect } from 'chai';
import { RandomStream } from '../../random/random-stream.js';
import { tensor } from '../../tensor/tensor-data.js';
import { failure } from '../collect.test.support.js';
import { decodeElement, encodeElement } from './element-codec.js';

const values: readonly unknown[] = [
  null,
  true,
  0.1,
  -0,
  Number.NaN,
  Number.NEGATIVE_INFINITY,
  12n,
  'ümlaut "quoted"\u0000\ud800',
  undefined,
  [],
  {},
  [1, [2, ['three']], { four: [5] }],
  { cell: 'a', missing: null, flag: false, ['__proto__']: 1, '1': 2 },
  {
    image: tensor(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]),
    label: Int32Array.of(7),
    half: tensor(Uint16Array.of(1), [1], 'float16'),
  },
  {
    long: BigInt64Array.of(-1n),
    clamped: Uint8ClampedArray.of(255),
    none: new Float64Array(0),
    wide: Float64Array.of(Number.NaN, -0),
  },
  ['object', 'list', 'tensor'],
];

describe('encodeElement', () => {
  it('keeps every value exactly', () => {
    for (const value of values) {
      const copy = decodeElement(encodeElement(value, 0));
      expect(copy).to.deep.equal(value);
      expect(Object.is(copy, value) || typeof value === 'object').to.equal(true);
    }
    const own = Object.assign(Object.create(null), { x: 1 });
    expect(decodeElement(encodeElement(own, 0))).to.deep.equal({ x: 1 });
  });

  it('gives arrays of their own, aligned, that may be changed', () => {
    const bytes = encodeElement({ odd: Uint8Array.of(1), x: Float64Array.of(2) }, 0);
    const first = decodeElement(bytes) as { x: Float64Array };
    first.x[0] = 9;
    expect((decodeElement(bytes) as { x: Float64Array }).x[0]).to.equal(2);
  });

  it('names what cannot be stored', async () => {
    const message = async (value: unknown) => (await failure(() => encodeElement(value, 3))).message;
    expect(await message({ at: { when: new Date() } })).to.equal(
      'The value "at.when" of element 3 cannot be cached: it is a value of type Date.',
    );
    expect(await message(() => 1)).to.equal('Element 3 cannot be cached: it is a function.');
    expect(await message(new Map())).to.contain('type Map');
    expect(await message([Symbol('x')])).to.contain('"0"');
    const endless: unknown[] = [];
    endless.push(endless);
    expect(await message(endless)).to.contain('nested deeper than 32 levels');
  });

  it('refuses bytes that it did not write, with an error and nothing else', () => {
    const random = RandomStream.of(5, 'codec');
    let refused = 0;
    for (let round = 0; round < 2000; round++) {
      const bytes = encodeElement(values[random.below(values.length)], 0).slice();
      for (let changes = 1 + random.below(3); changes > 0; changes--)
        bytes[random.below(bytes.length)] = random.below(256);
      try {
        decodeElement(random.below(4) === 0 ? bytes.subarray(0, random.below(bytes.length)) : bytes);
      } catch (error) {
        expect(error).to.be.instanceOf(Error);
        refused++;
      }
    }
    expect(refused).to.be.above(500);
    const text = (json: string) => {
      const bytes = Buffer.from(`----${json}`);
      bytes.writeUInt32LE(json.length);
      return bytes;
    };
    expect(() => decodeElement(text('["array","Function",1]'))).to.throw('kind "array"');
    expect(() => decodeElement(text('["tensor","float32",[1e9]]'))).to.throw('cut off');
    expect(() => decodeElement(text(`${'["list",'.repeat(60)}1${']'.repeat(60)}`))).to.throw('nested deeper');
  });
});
