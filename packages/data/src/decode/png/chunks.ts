import { crc32 } from 'node:zlib';
import { Undecodable } from '../undecodable.js';

export interface PngChunk {
  /** `IHDR`, `IDAT` … */
  readonly type: string;
  readonly data: Buffer;
}

export const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * The chunks of a PNG file up to and including IEND, each checked against its CRC (PNG specification, section 5.3).
 * @throws Undecodable
 */
export function* pngChunks(file: Buffer): Generator<PngChunk> {
  for (let at = pngSignature.length; ; ) {
    if (at + 12 > file.length) throw new Undecodable('is truncated: its end chunk is missing');
    const length = file.readUInt32BE(at);
    const end = at + 8 + length;
    if (end + 4 > file.length) throw new Undecodable('is truncated: a chunk is longer than the rest of the file');
    const type = file.toString('latin1', at + 4, at + 8);
    if (crc32(file.subarray(at + 4, end)) !== file.readUInt32BE(end)) {
      throw new Undecodable(`is damaged: its chunk ${printableType(type)} does not match its checksum`);
    }
    yield { type, data: file.subarray(at + 8, end) };
    if (type === 'IEND') return;
    at = end + 4;
  }
}

/** Whether a decoder must understand the chunk: its first letter is a capital. */
export function isCritical(type: string): boolean {
  return (type.charCodeAt(0) & 0x20) === 0;
}

export function printableType(type: string): string {
  return /^[A-Za-z]{4}$/.test(type) ? type : `0x${Buffer.from(type, 'latin1').toString('hex')}`;
}
