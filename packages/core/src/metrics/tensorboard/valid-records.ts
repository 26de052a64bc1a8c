import { ChunkReader } from '../../fs/chunk-reader.js';
import { fsError } from '../../fs/fs-error.js';
import { openRegularFile } from '../../fs/open-regular-file.js';
import { maskedCrc32c } from './crc32c.js';

const headerBytes = 12;
const footerBytes = 4;
const pieceBytes = 1 << 16;
/** A scalar takes about a hundred bytes; a far greater length is corrupt. */
const maxMessageBytes = 64 * 1024 * 1024;

export interface ValidRecords {
  /** Bytes up to the end of the last valid record. */
  readonly bytes: number;
  /** Whether a record with a wrong checksum follows, rather than the end or a truncated last record. */
  readonly corrupt: boolean;
}

/** Reads an event file up to the first record that is truncated or has a wrong checksum. @throws ForgeError FILE_SYSTEM */
export async function validRecords(path: string): Promise<ValidRecords> {
  try {
    const handle = await openRegularFile(path, { link: 'refuse' });
    try {
      const reader = new ChunkReader(handle, pieceBytes);
      let valid = 0;
      for (let bytes = await reader.more(); bytes !== undefined; bytes = await reader.more()) {
        const { end, corrupt } = wholeRecords(bytes);
        valid += end;
        if (corrupt) return { bytes: valid, corrupt };
        reader.drop(end);
      }
      return { bytes: valid, corrupt: false };
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fsError(error, path, 'read');
  }
}

function wholeRecords(bytes: Buffer): { end: number; corrupt: boolean } {
  let end = 0;
  while (end + headerBytes <= bytes.length) {
    if (maskedCrc32c(bytes, end, end + 8) !== bytes.readUInt32LE(end + 8)) return { end, corrupt: true };
    const length = Number(bytes.readBigUInt64LE(end));
    if (length > maxMessageBytes) return { end, corrupt: true };
    const after = end + headerBytes + length;
    if (after + footerBytes > bytes.length) break;
    if (maskedCrc32c(bytes, end + headerBytes, after) !== bytes.readUInt32LE(after)) return { end, corrupt: true };
    end = after + footerBytes;
  }
  return { end, corrupt: false };
}
