import { expect } from 'chai';
import { crc32c, maskedCrc32c } from './crc32c.js';

describe('crc32c', () => {
  // RFC 3720, appendix B.4, gives each checksum as bytes, least significant first.
  const vectors: readonly (readonly [string, Uint8Array, number])[] = [
    ['32 zeros', new Uint8Array(32), 0x8a9136aa],
    ['32 ones', new Uint8Array(32).fill(255), 0x62a8ab43],
    ['0 to 31', Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
    ['31 to 0', Uint8Array.from({ length: 32 }, (_, index) => 31 - index), 0x113fdb5c],
    [
      'a SCSI read command',
      Buffer.from(
        '01c000000000000000000000000000001400000000000400000000140000001828000000000000000200000000000000',
        'hex',
      ),
      0xd9963a56,
    ],
    ['"123456789"', Buffer.from('123456789'), 0xe3069283],
  ];
  for (const [name, bytes, expected] of vectors) {
    it(`of ${name}`, () => expect(crc32c(bytes)).to.equal(expected));
  }

  it('of a range is the checksum of its bytes', () => {
    expect(crc32c(Buffer.from('ab123456789c'), 2, 11)).to.equal(0xe3069283);
  });

  it('masks by rotating right 15 bits and adding a constant', () => {
    const rotated = ((0xe3069283 >>> 15) | (0xe3069283 << 17)) >>> 0;
    expect(maskedCrc32c(Buffer.from('123456789'))).to.equal((rotated + 0xa282ead8) % 2 ** 32);
  });
});
