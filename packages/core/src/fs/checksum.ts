import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Count } from '../schema/count.js';
import { fsError } from './fs-error.js';
import { openRegularFile } from './open-regular-file.js';

/**
 * `sha256:` and 64 lower-case hexadecimal digits: also protects against intentional changes, for example of code.
 * @pattern ^sha256:[0-9a-f]{64}$
 */
export type Sha256 = `sha256:${string}`;
/**
 * `crc32:` and 8 lower-case hexadecimal digits, the CRC-32 of zip, gzip and PNG (ISO/IEC 3309): detects corruption of
 * the large files of checkpoints, three times as fast as SHA-256.
 * @pattern ^crc32:[0-9a-f]{8}$
 */
export type Crc32 = `crc32:${string}`;
export type Checksum = Sha256 | Crc32;

/** A manifest's entry for a file. */
export interface FileSummary {
  readonly bytes: Count;
  readonly checksum: Checksum;
}

/** Computes a checksum of bytes that arrive in pieces. */
export interface Checksummer {
  update(piece: Uint8Array): void;
  checksum(): Checksum;
}

/** Size of one read or write: large enough to be fast, far below the limit of one system call (2 GiB). */
export const chunkBytes = 4 * 1024 * 1024;

export function isSha256(value: unknown): value is Sha256 {
  return typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value);
}

export function isChecksum(value: unknown): value is Checksum {
  return isSha256(value) || (typeof value === 'string' && /^crc32:[0-9a-f]{8}$/.test(value));
}

export function sha256(data: string | Uint8Array): Sha256 {
  return `sha256:${createHash('sha256').update(data).digest('hex')}`;
}

/** Computes a checksum of the same kind as a known one. */
export function checksummerFor(known: Checksum): Checksummer {
  return known.startsWith('crc32:') ? crc32Summer() : sha256Summer();
}

export function crc32Summer(): Checksummer {
  let value = 0;
  return {
    update(piece) {
      value = crc32(piece, value);
    },
    checksum: () => `crc32:${value.toString(16).padStart(8, '0')}`,
  };
}

function sha256Summer(): Checksummer {
  const hash = createHash('sha256');
  return { update: (piece) => void hash.update(piece), checksum: () => `sha256:${hash.digest('hex')}` };
}

/**
 * Computes the checksum of a file of any size, read in pieces.
 * @throws ForgeError FILE_SYSTEM; PATH_UNSAFE if it is not a regular file
 */
export async function checksumOf(path: string, summer: Checksummer): Promise<Checksum> {
  try {
    const handle = await openRegularFile(path);
    try {
      // Zeroing 4 MiB takes longer than reading a small file.
      const { size } = await handle.stat();
      const piece = new Uint8Array(Math.max(1, Math.min(size, chunkBytes)));
      for (;;) {
        const { bytesRead } = await handle.read(piece, 0, piece.length, null);
        if (bytesRead === 0) break;
        summer.update(piece.subarray(0, bytesRead));
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fsError(error, path, 'read');
  }
  return summer.checksum();
}
