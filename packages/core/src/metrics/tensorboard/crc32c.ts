const polynomial = 0x82f63b78; // Castagnoli's, bits reversed

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
  return crc;
});

/** CRC-32C (Castagnoli) of a range of bytes, as an unsigned number. RFC 3720, appendix B.4. */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let crc = 0xffffffff;
  for (let index = start; index < end; index++) crc = (crc >>> 8) ^ (table[(crc ^ bytes[index]!) & 0xff] as number);
  return ~crc >>> 0;
}

/** The checksum as event files store it: rotated and offset, since a CRC over data that contains CRCs is weak. */
export function maskedCrc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  const crc = crc32c(bytes, start, end);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
