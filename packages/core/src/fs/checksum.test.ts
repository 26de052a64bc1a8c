import { expect } from 'chai';
import { checksummerFor, crc32Summer, isChecksum, isSha256, sha256 } from './checksum.js';

describe('checksums', () => {
  it('match the standards, also for bytes in pieces', () => {
    // The check value of CRC-32/ISO-HDLC, and that of SHA-256 (FIPS 180-2, appendix B.1).
    for (const [text, checksum] of [
      ['123456789', 'crc32:cbf43926'],
      ['', 'crc32:00000000'],
      ['abc', 'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ] as const) {
      const summer = checksummerFor(checksum);
      for (const letter of text) summer.update(Buffer.from(letter));
      expect(summer.checksum()).to.equal(checksum);
    }
    expect(sha256('abc')).to.equal('sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('have exactly one valid spelling', () => {
    const crc = crc32Summer().checksum();
    for (const good of [crc, sha256('')]) expect(isChecksum(good)).to.equal(true);
    for (const bad of [`${crc}0`, crc.slice(0, -1), crc.toUpperCase(), 'crc32:0000000g', 'md5:0', '', null, 7]) {
      expect(isChecksum(bad)).to.equal(false);
    }
    expect(isSha256(crc)).to.equal(false);
  });
});
