import { expect } from 'chai';
import { decode, encode, modelProto, tensorProto } from './codecs.js';
import { WireProblem } from './wire-reader.js';

describe('protobuf messages', () => {
  const numbers = [
    0n,
    1n,
    -1n,
    127n,
    128n,
    2n ** 53n - 1n,
    2n ** 53n + 1n,
    2n ** 63n - 1n,
    -(2n ** 63n),
    -(2n ** 53n) - 1n,
  ];

  it('64-bit numbers come back exactly', () => {
    expect(decode(tensorProto, encode(tensorProto, tensorProto.of({ dims: numbers }))).dims).to.deep.equal(numbers);
  });

  it('packed and single numbers are the same', () => {
    // Field 1, twice as a varint; then field 1 packed.
    expect(decode(tensorProto, Uint8Array.of(0x08, 2, 0x08, 3)).dims).to.deep.equal([2n, 3n]);
    expect(decode(tensorProto, Uint8Array.of(0x0a, 2, 2, 3)).dims).to.deep.equal([2n, 3n]);
  });

  it('unknown fields are skipped', () => {
    // Field 99 as bytes, field 98 as a double, then the model's version.
    const bytes = Uint8Array.of(0x9a, 0x06, 1, 7, 0x91, 0x06, 0, 0, 0, 0, 0, 0, 0, 0, 0x08, 8);
    expect(decode(modelProto, bytes).irVersion).to.equal(8n);
  });

  const corrupt: readonly (readonly [string, Uint8Array])[] = [
    ['a length past the end', Uint8Array.of(0x12, 5, 0x61)],
    ['a length past the end of an inner message', Uint8Array.of(0x3a, 2, 0x12, 5, 0, 0, 0, 0, 0)],
    ['a huge length', Uint8Array.of(0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)],
    ['a negative length', Uint8Array.of(0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01)],
    ['a number without an end', Uint8Array.of(0x08, 0xff)],
    ['a number of eleven bytes', Uint8Array.of(0x08, ...new Array<number>(11).fill(0x80), 1)],
    ['field number 0', Uint8Array.of(0x00, 1)],
    ['a group', Uint8Array.of(0x0b, 0x0c)],
    ['text where a number belongs', Uint8Array.of(0x0a, 1, 0x61)],
    ['a skipped field past the end', Uint8Array.of(0x9a, 0x06, 9, 7)],
  ];
  for (const [title, bytes] of corrupt) {
    it(title, () => expect(() => decode(modelProto, bytes)).to.throw(WireProblem));
  }
});
