import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { fileError } from './file-error.js';

/** `sha256:` and 64 lower-case hexadecimal digits. */
export type Checksum = `sha256:${string}`;

/** What a manifest says about a file. */
export interface FileSummary {
  readonly bytes: number;
  readonly checksum: Checksum;
}

/** Pieces for reading and writing: large enough to be fast, far below what one system call may carry (2 GiB). */
export const pieceBytes = 4 * 1024 * 1024;

export function isChecksum(value: unknown): value is Checksum {
  return typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value);
}

export function sha256(data: string | Uint8Array): Checksum {
  return `sha256:${createHash('sha256').update(data).digest('hex')}`;
}

/**
 * The size and checksum of a file of any size, read in pieces.
 * @throws ForgeError FILE_SYSTEM
 */
export async function sha256File(path: string): Promise<FileSummary> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    const handle = await open(path, 'r');
    try {
      // Zeroing four mebibytes takes longer than reading a small file.
      const { size } = await handle.stat();
      const piece = new Uint8Array(Math.max(1, Math.min(size, pieceBytes)));
      for (;;) {
        const { bytesRead } = await handle.read(piece, 0, piece.length, null);
        if (bytesRead === 0) break;
        hash.update(piece.subarray(0, bytesRead));
        bytes += bytesRead;
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError(error, path, 'read');
  }
  return { bytes, checksum: `sha256:${hash.digest('hex')}` };
}
